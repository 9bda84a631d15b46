// A click on a column's head sorts its table; another turns the order around.
for (const button of document.querySelectorAll("th button")) {
  const head = button.closest("th"), body = head.closest("table").tBodies[0];
  head.addEventListener("click", () => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of head.parentElement.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = (row) => {
      const cell = row.cells[head.cellIndex];
      return cell.dataset.v ?? cell.textContent.trim();
    };
    const rows = [...body.rows].map((row) => [key(row), row]);
    rows.sort(([a], [b]) => (up ? compared(a, b) : compared(b, a)));
    body.append(...rows.map(([, row]) => row));
  });
}

// Numbers by size, texts by letters; what has no value comes before all others.
function compared(a, b) {
  if (a === "" || b === "") return (a !== "") - (b !== "");
  const gap = a - b;
  return Number.isNaN(gap) ? a.localeCompare(b, "en", { numeric: true }) : gap;
}
