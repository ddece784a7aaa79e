"use strict";
// Moves the table of "What if" as its sliders move. Every number shown at a slider's place is the plan's own; only the search for
// the best split of the money reads between places, linearly in 1/labels and 1/rows, as the plan's forecasts fall.
(() => {
  const get = (id) => document.getElementById(id);
  const data = JSON.parse(get("what-if-data").textContent);
  const { labels, rows, costs, now, candidates: all } = data;
  const form = get("what-if-form");
  const sliders = { labels: get("what-if-labels"), rows: get("what-if-rows"), label: get("what-if-label-cost"), row: get("what-if-row-cost") };
  const place = () => [Number(sliders.labels.value), sliders.rows ? Number(sliders.rows.value) : 0];
  const at = (list, i, j) => (list.length === labels.length ? list[i] : list[i * rows.length + j]);

  // Words
  const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const four = (value) => (Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4))));
  const tenth = (value) => (value >= 0 ? "+" : "") + (value / 10).toFixed(1) + " %";
  const money = (value) => (value >= 1e6 ? value.toPrecision(3) : grouped(Number(value < 1 ? value.toPrecision(3) : value.toFixed(2))));
  const many = (count, what) => grouped(count) + " " + what + (count === 1 ? "" : "s");
  const both = (counts, ...names) => names.map((what, k) => counts[k] > 0 ? many(counts[k], what) : "").filter(Boolean).join(" and ") || "nothing";
  const interval = (c, i, j) => `${four(at(c.low, i, j))} to ${four(at(c.high, i, j))}`;

  // Purchases: a label goes to an unlabeled row while there is one, then it needs a new row; from an encoder it takes none.
  const total = labels[now[0]] + rows[now[1]];
  const chosenCosts = () => [costs[sliders.label.value], costs[sliders.row.value]];
  const fresh = (c, n, u) => (c && c.keeps ? Math.max(0, u - rows[now[1]], n - total) : Math.max(0, n + u - total));
  const purchase = (c, n, u) => [Math.max(0, n - labels[now[0]]), fresh(c, n, u)];
  const price = ([more, fresh]) => more * chosenCosts()[0] + fresh * chosenCosts()[1];

  // i and t with 1/x = (1 - t)/grid[i] + t/grid[i + 1]
  const between = (grid, x) => {
    if (grid.length === 1) return [0, 0];
    let i = 0;
    while (i + 2 !== grid.length && x >= grid[i + 1]) i += 1;
    return [i, Math.min((1 / grid[i] - 1 / x) / (1 / grid[i] - 1 / grid[i + 1]), 1)];
  };
  const riskAt = (c, n, m) => {
    const along = (i) => {
      const [j, t] = between(rows.map((u) => u + labels[i]), m);
      const first = at(c.risk, i, j);
      const second = t === 0 ? first : at(c.risk, i, j + 1);
      return first === null || second === null ? NaN : first + t * (second - first);
    };
    const [i, t] = between(labels, n);
    return t === 0 ? along(i) : t === 1 ? along(i + 1) : along(i) + t * (along(i + 1) - along(i));
  };
  const nearest = ([i, t]) => (t > 0.5 ? i + 1 : i);
  const isPreferred = (c, position, n, m) => {
    if (position === data.rival) return true;
    const i = nearest(between(labels, n));
    return c.preferred[i * rows.length + nearest(between(rows.map((u) => u + labels[i]), m))] === "1";
  };
  const bestSplit = (budget) => {
    const [each, other] = chosenCosts();
    const spare = rows[now[1]];
    const most = Math.min(labels[labels.length - 1] - labels[now[0]], Math.floor(
      each * spare >= budget ? budget / each : (budget + other * spare) / (each + other)));
    const counts = labels.map((n) => n - labels[now[0]]).filter((more) => more >= 0 && most >= more);
    let found = null;
    for (const more of [...counts, most]) {
      all.forEach((c, position) => {
        const needed = Math.max(0, more - spare);
        const isFlat = c.risk.length === labels.length;
        const largest = rows[rows.length - 1];
        const top = Math.max(needed, c.keeps ? largest - spare : largest + labels[labels.length - 1] - total);
        const bought = isFlat ? needed : Math.min(Math.max(Math.floor((budget - each * more) / other + 1e-9), needed), top);
        const [n, m] = [labels[now[0]] + more, total + bought + (c.keeps ? more : 0)];
        const risk = riskAt(c, n, m);
        if (!isPreferred(c, position, n, m) || !Number.isFinite(risk)) return;
        if (found === null || risk * 1.0001 < found.risk) found = { c, risk, more, bought };
      });
    }
    return found;
  };

  const sentence = (i, j, best) => {
    const bought = purchase(all[best], labels[i], rows[j]);
    const cost = price(bought);
    const here = best === null ? "No candidate is named here."
      : `Use ${all[best].name}: predicted risk ${four(at(all[best].risk, i, j))} (${interval(all[best], i, j)}).`;
    if (i === now[0] && j === now[1]) return `${here} This is what you have; nothing is bought.`;
    if (cost === 0) return `${here} These are fewer than you have; nothing is bought.`;
    const paid = `${here} ${both(bought, "more label", "new row")} cost ${money(cost)}.`;
    const split = bestSplit(cost);
    if (split === null || best === null) return paid;
    if (split.risk >= at(all[best].risk, i, j) * 0.999) return `${paid} No other split of that money does better.`;
    return `${paid} Spent best, that money buys about ${both([split.more, split.bought], "label", "row")}: `
      + `risk ${four(split.risk)} with ${split.c.name}.`;
  };

  const show = () => {
    const [i, j] = place();
    const best = data.best[i * rows.length + j];
    const words = [[sliders.labels, many(labels[i], "label")], [sliders.rows, many(rows[j], "row")],
      [sliders.label, money(chosenCosts()[0])], [sliders.row, money(chosenCosts()[1])]];
    for (const [slider, text] of words) {
      if (!slider) continue;
      slider.setAttribute("aria-valuetext", text);
      get(slider.id + "-value").textContent = text;
    }
    all.forEach((c, position) => {
      const line = get("what-if-" + position);
      const cells = line.cells;
      const risk = at(c.risk, i, j);
      line.classList.toggle("chosen", position === best);
      const gain = at(c.gain, i, j);
      const sure = at(c.sure, i, j);
      const texts = risk === null ? ["–", "–"] : [four(risk), interval(c, i, j)];
      texts.push(null, gain === null ? "–" : tenth(gain), sure === null ? "–" : sure + " %");
      if (data.classes) {
        const told = at(c.accuracy, i, j);
        texts.push(told === null ? "–" : `${told[0]} % (${told[1]} to ${told[2]})`);
      }
      texts.forEach((text, column) => { if (text !== null) cells[column + 1].textContent = text; });
      const reach = (value) => Math.min(Math.max((value - data.axis[0]) / (data.axis[1] - data.axis[0]), 0), 1) * 100;
      const [bar, dot] = cells[3].firstElementChild.children;
      bar.hidden = dot.hidden = risk === null;
      if (risk === null) return;
      bar.style.left = reach(at(c.low, i, j)) + "%";
      bar.style.width = reach(at(c.high, i, j)) - reach(at(c.low, i, j)) + "%";
      dot.style.left = reach(risk) + "%";
    });
    get("what-if-place").textContent = `With ${many(labels[i], "label")} and ${many(rows[j], "unlabeled row")}`;
    get("what-if-answer").textContent = sentence(i, j, best);
  };

  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelectorAll("button").forEach((button) => button.addEventListener("click", () => {
    sliders.labels.value = button.dataset.labels;
    if (sliders.rows) sliders.rows.value = button.dataset.rows;
    show();
  }));
  show();
})();
