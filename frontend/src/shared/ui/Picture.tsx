const none = "/images/products/none.svg";

/** A product's picture: square, its place kept before it is there. */
export function Picture({
  src,
  name,
  eager = false,
  className = "",
}: {
  src: string;
  name: string;
  eager?: boolean;
  className?: string;
}) {
  return (
    <img
      src={src}
      alt={name}
      width={400}
      height={400}
      loading={eager ? "eager" : "lazy"}
      fetchPriority={eager ? "high" : "auto"}
      decoding={eager ? "sync" : "async"}
      className={`aspect-square bg-sunken object-cover ${className}`}
      onError={({ currentTarget: picture }) => {
        if (!picture.src.endsWith(none)) picture.src = none; // which may fail too
      }}
    />
  );
}
