/** Text with paragraphs, `- ` lists and `code`, which is all the Markdown that our descriptions use. */
export function Prose({ text }: { text: string }) {
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
                  <Line text={item} />
                </li>
              ))}
          </ul>
        ) : (
          <p key={index}>
            <Line text={block} />
          </p>
        ),
      )}
    </>
  );
}

function Line({ text }: { text: string }) {
  return <>{text.split(/`+/).map((part, index) => (index % 2 ? <code key={index}>{part}</code> : part))}</>;
}
