// Quantities: buttons and arrows step by the pack, PgUp and PgDn go to the next price break, Enter to the next row.
// The number is only asked for here; the server answers with the row.
import { all, find, on, shown } from './dom.js';

const FIELD = '.qty input, .cell';
const pack = (field) => Number(field.closest('[data-pack]')?.dataset.pack) || 1;
const value = (field) => Number(field.value) || 0;
const rowOf = (field) => field.closest('[data-line], tr, li');

const ask = (field, quantity) => {
  field.value = quantity > 0 ? quantity : field.dataset.zero ?? '';
  field.dispatchEvent(new Event('change', { bubbles: true }));
};
const step = (field, direction) => {
  const packs = value(field) / pack(field);
  ask(field, direction > 0 ? Math.floor(packs + 1) * pack(field) : Math.max(0, Math.ceil(packs - 1) * pack(field)));
};
const breaks = (field) => all('[data-break]', rowOf(field) ?? field.parentNode).map((cell) => Number(cell.dataset.break));
const toBreak = (field, up) => {
  const quantities = breaks(field);
  return up ? quantities.find((q) => q > value(field)) : quantities.reverse().find((q) => q < value(field));
};
const neighbour = (field, back) => {
  const fields = all(FIELD).filter(shown);
  return fields[fields.indexOf(field) + (back ? -1 : 1)];
};

on('click', (event) => {
  const button = event.target.closest('.qty [data-step-by]');
  if (button) return step(find('input', button.parentNode), Number(button.dataset.stepBy));
  const cell = event.target.closest('[data-break]');
  const field = cell && find(FIELD, rowOf(cell) ?? document.body);
  if (field) { event.preventDefault(); ask(field, Number(cell.dataset.break)); }
});

on('keydown', (event) => {
  const field = event.target;
  if (!field.matches?.(FIELD) || event.ctrlKey || event.metaKey || event.altKey) return;
  const vertical = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  const paging = { PageUp: true, PageDown: false }[event.key];
  if (vertical) { event.preventDefault(); step(field, vertical); }
  if (paging !== undefined) {
    const quantity = toBreak(field, paging);
    if (quantity) { event.preventDefault(); ask(field, quantity); }
  }
  if (event.key === 'Enter') {
    const next = neighbour(field, event.shiftKey);
    if (next) { event.preventDefault(); next.focus(); }
  }
  if (event.key === 'Escape' && field.value !== field.defaultValue) { event.preventDefault(); ask(field, Number(field.defaultValue) || 0); }
});

// One field's requests wait for each other (hx-sync queue): sent side by side, an earlier one could arrive last and
// win. An answer to a number that has been changed since is not shown; the newer one's follows.
on('htmx:before:swap', (event) => {
  const { sourceElement: field, request } = event.detail.ctx;
  const sent = field?.matches?.('.qty input') && request.body instanceof URLSearchParams && request.body.get(field.name);
  if (typeof sent === 'string' && sent !== field.value && field.matches('[hx-sync*="queue last"]')) event.preventDefault();
});

on('focusin', (event) => {
  const field = event.target;
  if (!field.matches?.(FIELD)) return;
  field.select();
  all('[data-break]', rowOf(field) ?? field.parentNode).forEach((cell) => { cell.tabIndex = -1; });
});
