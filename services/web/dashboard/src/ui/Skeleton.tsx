/** A placeholder of the size of what is being loaded, so that nothing moves when it arrives. */
export function Skeleton({ width = "4rem", height = "1em" }: { width?: string; height?: string }) {
  return <span class="skeleton" style={{ width, height }} aria-hidden="true" />;
}

export function SkeletonLines({ lines }: { lines: number }) {
  return (
    <div class="stack" aria-hidden="true">
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} width={`${90 - ((index * 17) % 40)}%`} height="1.25rem" />
      ))}
    </div>
  );
}
