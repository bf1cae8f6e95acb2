/** Renders paragraphs, `- ` lists and `code`, which is all the Markdown that the API's descriptions use. */
export function Markdown({ text }: { text: string }) {
  return (
    <>
      {text.split(/\n\s*\n/).map((block, index) =>
        block.startsWith("- ") ? (
          <ul key={index}>
            {block
              .split(/^- /m)
              .slice(1)
              .map((item) => (
                <li key={item}>
                  <InlineCode text={item} />
                </li>
              ))}
          </ul>
        ) : (
          <p key={index}>
            <InlineCode text={block} />
          </p>
        ),
      )}
    </>
  );
}

function InlineCode({ text }: { text: string }) {
  return <>{text.split(/`+/).map((part, index) => (index % 2 ? <code key={index}>{part}</code> : part))}</>;
}
