// Selecting rows: the head's box takes all, Shift takes the range, the bulk bar shows the count.
import { all, find, on } from './dom.js';

const BOX = 'tbody [data-select]';
let last;

const show = (table) => {
  const boxes = all(BOX, table);
  const chosen = boxes.filter((box) => box.checked);
  boxes.forEach((box) => box.closest('tr').setAttribute('aria-selected', box.checked));
  const head = find('[data-select-all]', table);
  if (head) { head.checked = chosen.length > 0 && chosen.length === boxes.length; head.indeterminate = chosen.length > 0 && !head.checked; }
  const bar = find(`[data-bulk="${table.id}"]`);
  if (!bar) return;
  bar.toggleAttribute('data-empty', chosen.length === 0);
  find('[data-count]', bar).textContent = chosen.length;
};

on('click', (event) => {
  const box = event.target;
  if (!box.matches?.(`.table ${BOX}`)) return;
  const boxes = all(BOX, box.closest('table'));
  const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) boxes.slice(from, to + 1).forEach((other) => { other.checked = box.checked; });
  last = box;
});

on('change', (event) => {
  const box = event.target;
  const table = box.closest?.('.table');
  if (!table || !box.matches('[data-select], [data-select-all]')) return;
  if (box.matches('[data-select-all]')) all(BOX, table).forEach((other) => { other.checked = box.checked; });
  show(table);
});

const showAll = () => all('.table:has([data-select])').forEach(show);
showAll();
on('htmx:after:swap', showAll);
