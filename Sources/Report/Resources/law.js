"use strict";
// Moves the law of "What if": R = R* + label/n + pretraining/m for the two stages, R* + base/n for the labels alone.
(() => {
  const get = (id) => document.getElementById(id);
  const data = JSON.parse(get("law-data").textContent);
  for (const law of data.laws) law.crossover ??= null;
  const form = get("law-form");
  const sliders = { labeled: get("law-labeled"), unlabeled: get("law-unlabeled"), world: get("law-world") };

  const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const four = (value) => (Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4))));
  const short = (value) => (value >= 0.001 && value < 1e5 ? String(Number(value.toPrecision(2))) : value.toExponential(1));
  const place = () => [data.labeled[sliders.labeled.value], data.unlabeled[sliders.unlabeled.value],
    data.laws[sliders.world ? sliders.world.value : 0]];
  const excess = (law, n, m, part) => law.label / n + law[part] / m;

  const sentence = (n, m, law) => {
    if (law.crossover === null) return law.never ? "Pre-training never beats the labels alone here." : "There is nothing to save by pre-training here.";
    const does = m / n > law.crossover ? "it does." : "it does not.";
    return `Pre-training beats the labels alone once m/n exceeds ${four(law.crossover)}; here it is ${four(m / n)}: ${does}`;
  };

  // The picture: excess risk against labels at this m, both axes logarithmic.
  const box = { left: 52, right: 388, top: 22, bottom: 222 };
  const draw = (n, m, law) => {
    const ns = data.labeled;
    const all = ns.flatMap((x) => [excess(law, x, m, "mean"), law.base / x]).filter((value) => value > 0);
    const [low, high] = [Math.log10(Math.min(...all)), Math.log10(Math.max(...all))];
    const first = Math.log10(ns[0]);
    const across = (x) => box.left + (box.right - box.left) * (Math.log10(x) - first) / (Math.log10(ns[ns.length - 1]) - first);
    const down = (y) => box.bottom - (box.bottom - box.top) * (Math.log10(Math.max(y, 1e-300)) - low) / (high - low || 1);
    const path = (value) => ns.map((x) => `${across(x).toFixed(1)},${Math.min(Math.max(down(value(x)), 0), box.bottom).toFixed(1)}`).join(" ");
    get("law-two").setAttribute("points", path((x) => excess(law, x, m, "mean")));
    get("law-alone").setAttribute("points", path((x) => law.base / x));
    get("law-band").setAttribute("points", path((x) => excess(law, x, m, "high")) + " "
      + path((x) => excess(law, x, m, "low")).split(" ").reverse().join(" "));
    const mark = (name, x) => {
      const isSeen = x !== null && x > ns[0] && x < ns[ns.length - 1];
      get(name).toggleAttribute("hidden", !isSeen);
      get(name + "-text").toggleAttribute("hidden", !isSeen);
      if (!isSeen) return;
      for (const end of ["x1", "x2"]) get(name).setAttribute(end, across(x).toFixed(1));
      get(name + "-text").setAttribute("x", across(x).toFixed(1));
    };
    mark("law-now", n);
    mark("law-cross", law.crossover === null ? null : m / law.crossover);
    get("law-top").textContent = short(10 ** high);
    get("law-bottom").textContent = short(10 ** low);
  };

  const show = () => {
    const [n, m, law] = place();
    const said = { labeled: grouped(n) + (n === 1 ? " row" : " rows"), unlabeled: grouped(m) + (m === 1 ? " row" : " rows"), world: law.value };
    for (const [name, slider] of Object.entries(sliders)) {
      if (!slider) continue;
      slider.setAttribute("aria-valuetext", said[name]);
      get(slider.id + "-value").textContent = said[name];
    }
    const fill = (line, texts) => texts.forEach((text, column) => { get(line).cells[column + 1].textContent = text; });
    fill("law-line-two", [four(law.floor + excess(law, n, m, "mean")), four(excess(law, n, m, "mean")),
      `${four(excess(law, n, m, "low"))} to ${four(excess(law, n, m, "high"))}`]);
    fill("law-line-alone", [four(law.floor + law.base / n), four(law.base / n), "–"]);
    const isBetter = excess(law, n, m, "mean") < law.base / n;
    get("law-line-two").classList.toggle("chosen", isBetter);
    get("law-line-alone").classList.toggle("chosen", !isBetter);
    get("law-answer").textContent = sentence(n, m, law);
    draw(n, m, law);
  };

  form.hidden = false;
  get("law-picture").removeAttribute("hidden");
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
})();
