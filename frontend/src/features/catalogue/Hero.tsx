/** The arched front of a glasshouse; each of its panes is a thing of the shop. Low, so that products are seen below. */
export function Hero() {
  return (
    <section className="border-b border-line bg-leaf-soft" aria-labelledby="welcome">
      <div className="page grid items-end gap-8 md:grid-cols-[1fr_auto] lg:pr-24">
        <div className="max-w-2xl self-center py-4 md:py-6">
          <h1
            id="welcome"
            className="font-display text-3xl leading-[1.05] font-medium tracking-tight sm:text-4xl lg:text-5xl"
          >
            A shop you can see through
          </h1>
          <p className="mt-2 text-faint md:text-lg">
            Useful things at fair prices. Order one and watch every step.
          </p>
        </div>
        <img
          src="/images/arch.svg"
          alt=""
          width={136}
          height={136}
          loading="lazy"
          fetchPriority="low"
          className="mt-4 hidden w-36 rounded-t-full border-4 border-b-0 border-leaf bg-leaf md:block"
        />
      </div>
    </section>
  );
}
