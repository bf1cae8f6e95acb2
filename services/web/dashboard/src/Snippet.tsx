import { useState } from "preact/hooks";
import { collectorUrl, snippet } from "./tag";

/** The tag to paste, and a button that copies it. */
export function Snippet({ site }: { site: string }) {
  const [copied, setCopied] = useState("");
  const text = snippet(collectorUrl(document, location), site);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied("Copied");
    } catch {
      // Browsers give the clipboard to https pages only.
      setCopied("Select and copy it by hand");
    }
    setTimeout(() => setCopied(""), 2000);
  };

  return (
    <section class="card snippet" aria-label="Snippet">
      <header>
        <h2>Count visits on {site}</h2>
        <button onClick={copy}>Copy</button>
      </header>
      <p class="hint">
        Paste this before <code>&lt;/head&gt;</code> on every page. <span role="status">{copied}</span>
      </p>
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </section>
  );
}
