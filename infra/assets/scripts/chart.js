// Draws a table marked data-chart as lines above it; without script the table alone says the same.
(() => {
  const DASHES = [[], [6, 3], [2, 3], [10, 4], [4, 2, 1, 2], [8, 2], [3, 3], [1, 3]];

  const MINUTES = [1, 2, 5, 10, 15, 30, 60].map((minutes) => minutes * 60);

  // The colour of the mark in the table's own head, so that both say the same.
  const colour = (cell) => getComputedStyle(cell.firstElementChild, "::before").backgroundColor;

  const read = (table) => {
    const drawn = [...table.tHead.rows[0].cells].filter((cell) => cell.dataset.series);
    const heads = [table.tHead.rows[0].cells[0], ...drawn].map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows].reverse();
    const moments = rows.map((row) => Date.parse(row.querySelector("time").dateTime) / 1000);
    const series = heads.slice(1).map((_, column) =>
      rows.map((row) => {
        const value = row.cells[column + 1].dataset.value;
        return value === undefined ? null : Number(value);
      }),
    );
    return { heads, colours: drawn.map(colour), columns: [moments, ...series] };
  };

  const draw = (table) => {
    const place = document.getElementById(table.dataset.chart);
    const { heads, colours, columns } = read(table);
    place.replaceChildren();
    if (columns[0].length < 2) return;
    const plot = new uPlot(
      {
        width: Math.max(280, place.clientWidth),
        height: 240,
        tzDate: (moment) => uPlot.tzDate(new Date(moment * 1000), "Asia/Shanghai"),
        axes: [{ values: "{HH}:{mm}", incrs: MINUTES }, { size: 56 }],
        scales: { y: { range: (_, low, high) => [0, Math.max(1, high * 1.1)] } },
        series: [
          { label: heads[0], value: "{HH}:{mm}" },
          ...heads.slice(1).map((label, index) => ({
            label,
            stroke: colours[index],
            dash: DASHES[index % DASHES.length],
            width: 2,
          })),
        ],
      },
      columns,
      place,
    );
    new ResizeObserver(() => plot.setSize({ width: Math.max(280, place.clientWidth), height: 240 })).observe(place);
  };

  const drawAll = () => document.querySelectorAll("table[data-chart]").forEach(draw);
  drawAll();
  document.addEventListener("htmx:after:swap", drawAll);
})();
