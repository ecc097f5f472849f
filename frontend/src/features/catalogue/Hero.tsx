const panes = ["17", "5", "41", "3", "32", "1", "35", "20", "22"];

/** The arched front of a glasshouse; each of its panes is a thing of the shop. */
export function Hero() {
  return (
    <section className="border-b border-line bg-leaf-soft" aria-labelledby="welcome">
      <div className="page grid items-center gap-8 py-10 md:grid-cols-[1fr_auto] md:py-14">
        <div className="max-w-xl">
          <h1
            id="welcome"
            className="font-display text-5xl leading-[1.02] font-medium tracking-tight sm:text-7xl"
          >
            A shop you can see through
          </h1>
          <p className="mt-5 max-w-md text-lg text-faint">
            Sixty useful things, well made and fairly priced. And when you order one, you can watch every step
            of it.
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
          className="mx-auto hidden w-80 grid-cols-3 gap-1 overflow-hidden rounded-t-full border-4 border-leaf bg-leaf md:grid lg:w-96"
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
