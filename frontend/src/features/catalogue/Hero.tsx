const panes = ["17", "5", "41", "3", "32", "1", "35", "20", "22"];

/** The arched front of a glasshouse; each of its panes is a thing of the shop. */
export function Hero() {
  return (
    <section className="border-b border-line bg-leaf-soft" aria-labelledby="welcome">
      <div className="page grid items-end gap-8 md:grid-cols-[1fr_auto] lg:pr-24">
        <div className="max-w-2xl py-9 md:py-12">
          <h1
            id="welcome"
            className="font-display text-5xl leading-[1.02] font-medium tracking-tight lg:text-7xl"
          >
            A shop you can see through
          </h1>
          <p className="mt-5 max-w-md text-lg text-faint">
            Useful things, well made and fairly priced. And when you order one, you can watch every step of
            it.
          </p>
          <a
            href="#products"
            className="mt-7 inline-flex min-h-11 items-center rounded-pane bg-leaf px-6 py-2 font-semibold text-on-leaf hover:bg-leaf-deep"
          >
            See everything
          </a>
        </div>
        <div
          aria-hidden="true"
          className="mt-8 hidden w-72 grid-cols-3 gap-1 overflow-hidden rounded-t-full border-4 border-b-0 border-leaf bg-leaf md:grid lg:w-80"
        >
          {panes.map((id) => (
            <img
              key={id}
              src={`/images/products/${id}.svg`}
              alt=""
              width={128}
              height={128}
              className="aspect-square w-full object-cover"
            />
          ))}
        </div>
      </div>
    </section>
  );
}
