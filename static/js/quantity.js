// Quantities: buttons and arrows step by the pack, PgUp and PgDn go to the next price break, Enter to the next row.
// The number is only asked for here; the server answers with the row.
import { all, find, on, shown } from './dom.js';
import { asked } from './forms.js';

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

// One field's requests wait for each other, and each names the version that the last answer brought. Where there is no version to bring, an answer to a number that was changed since is not shown: it would draw
// the row anew under the clicks, and a new field knows nothing of the old one's queue.
const queued = (field) => field?.matches?.('[hx-sync$="queue last"]');
on('htmx:before:request', (event) => {
  const { sourceElement: field, request: { body } } = event.detail.ctx;
  if (!queued(field)) return;
  if (body.has('version')) body.set('version', JSON.parse(field.getAttribute('hx-vals')).version);
  field.isSending = true;
  field.sent = body.get(field.name);
});
// What was typed or asked for since the field was last sent is the person's: no answer writes over it, neither by a
// morph nor below.
on('input', ({ target }) => { target.isTyped = true; });
on('htmx:before:request', ({ detail: { ctx: { sourceElement: source } } }) => {
  [source, ...source.elements ?? all('input', source)].forEach((field) => { field.isTyped = false; });
});
const isTheirs = (field) => field.isTyped || field.sent !== undefined && field.value !== field.sent;
// A form that is morphed into its own answer says what the answer says: an attribute alone does not show where was typed.
on('htmx:after:swap', ({ detail: { ctx } }) => {
  if (ctx && ctx.target === ctx.sourceElement) all('input:not([type=checkbox], [type=radio])', ctx.target).forEach((field) => { if (!isTheirs(field)) field.value = field.defaultValue; });
});
htmx.registerExtension('asked-since', { htmx_before_morph_attr: (field, { attrName }) => attrName !== 'value' || !isTheirs(field) });
// An answer that came between two keys took the field's delay along: what was typed on is asked for all the same.
on('htmx:finally:request', ({ detail: { ctx: { sourceElement: field } } }) => {
  if (queued(field) && field.isTyped) setTimeout(() => field.isTyped && asked(field), 450);
});
on('htmx:before:swap', (event) => {
  const { sourceElement: field, request: { body } } = event.detail.ctx;
  field.isSending = false;
  if (queued(field) && !body.has('version') && field.value !== field.sent) event.preventDefault();
});

on('focusin', (event) => {
  const field = event.target;
  if (!field.matches?.(FIELD)) return;
  field.select();
  all('[data-break]', rowOf(field) ?? field.parentNode).forEach((cell) => { cell.tabIndex = -1; });
});

// A morph leaves a typed field's live value alone. When the server corrected it, show the correction in every field
// that is not being typed in, and in table cells, which are saved by Enter. Then: focus the error summary, move focus
// to the first new row. Once: an answer that comes while somebody types further down does not take the focus back up.
const meet = () => {
  const fresh = find('[data-focus-me]');
  fresh?.focus();
  fresh?.removeAttribute('data-focus-me');
};
on('htmx:after:swap', () => {
  all(`${FIELD}, [data-sync]`).forEach((field) => {
    if (field.isSending || isTheirs(field)) return;
    field.sent = undefined;
    const told = field.getAttribute('value') ?? '';
    if ((field !== document.activeElement || field.matches('[data-revert]')) && field.value !== told) field.value = told;
  });
  meet();
});
meet();
