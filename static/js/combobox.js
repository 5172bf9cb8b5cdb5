// Text field over a list of answers that htmx fetched: arrows move, Enter takes, Esc closes; with a quantity beside
// it, Tab takes too. Where nothing fits (a disabled answer says so), Enter sends the form.
// Answers to what stood there before are not taken: typing unmarks them until new ones are here. In a dialog, Enter
// waits for those; a second Enter does not, and sends the form.
// With a quantity beside it (data-after), Enter goes on to the quantity; a scanned barcode is sent at once.
import { all, find, on } from './dom.js';

const BARCODE = /^\d{8,14}$/;
const listOf = (field) => document.getElementById(field.getAttribute('aria-controls'));
const boxed = (target) => (target.matches?.('[role=combobox]') ? listOf(target) : null); // its list, if it is such a field
const options = (list) => all('[role=option]:not([aria-disabled])', list);
const chosen = (list) => options(list).find((option) => option.getAttribute('aria-selected') === 'true');

const stale = new WeakSet(); // fields whose list does not answer to what stands in them
let waiting; // the field whose Enter waits for its answers

const quantityOf = (field) => find(`[data-after="#${field.id}"]`);

const mark = (field, option) => {
  options(listOf(field)).forEach((other) => other.setAttribute('aria-selected', other === option));
  if (!option) return field.removeAttribute('aria-activedescendant');
  field.setAttribute('aria-activedescendant', option.id);
  option.scrollIntoView({ block: 'nearest' });
};
const open = (field, yes) => {
  const list = listOf(field);
  const showing = yes && list.childElementCount > 0;
  if (list.matches('.pop')) list.hidden = !showing;
  field.setAttribute('aria-expanded', Boolean(showing));
};
const take = (field, option) => {
  if (option.matches('a')) return option.click();
  field.value = option.dataset.value ?? option.textContent.trim();
  open(field, false);
  field.dispatchEvent(new CustomEvent('combobox:taken', { bubbles: true, detail: { option } }));
};

const enter = (event, field, list) => {
  if (stale.has(field) && waiting !== field && list.closest('dialog')) { waiting = field; return event.preventDefault(); }
  const option = field.getAttribute('aria-expanded') === 'true' && chosen(list);
  const next = quantityOf(field);
  const text = field.value.trim();
  if (next ? !text || BARCODE.test(text) || !option && find('[aria-disabled]', list) : !option) return;
  event.preventDefault();
  if (option) return take(field, option);
  open(field, false);
  next.focus();
};

on('keydown', (event) => {
  const field = event.target;
  const list = boxed(field);
  if (!list) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const found = options(list);
  if (step && found.length) {
    event.preventDefault();
    open(field, true);
    mark(field, found[(found.indexOf(chosen(list)) + step + found.length) % found.length]);
  }
  if (event.key === 'Enter' || event.key === 'Tab' && !event.shiftKey && quantityOf(field)) enter(event, field, list);
  if (event.key === 'Escape' && list.matches('.pop:not([hidden])')) { event.preventDefault(); open(field, false); }
});

on('click', (event) => {
  const option = event.target.closest('[role=option]');
  const list = option?.closest('[role=listbox]');
  const field = list && all('[role=combobox]').find((one) => listOf(one) === list);
  if (field && !option.matches('a')) take(field, option);
});
on('focusout', ({ target }) => {
  waiting = null;
  if (boxed(target)?.matches('.pop')) setTimeout(() => { if (boxed(target) && document.activeElement !== target) open(target, false); }, 150);
});
on('combobox:taken', (event) => quantityOf(event.target)?.focus());
on('input', ({ target }) => {
  if (!boxed(target)) return;
  stale.add(target);
  waiting = null;
  mark(target, null);
});
on('htmx:after:swap', (event) => {
  const field = document.activeElement;
  const list = boxed(field);
  if (!list) return;
  const { sourceElement, request } = event.detail.ctx ?? {};
  if (sourceElement === field ? new URL(request.action, location).searchParams.get(field.name) !== field.value : stale.has(field)) return;
  stale.delete(field);
  open(field, field.value.trim() !== '' || list.closest('dialog'));
  const best = chosen(list) ?? options(list)[0];
  mark(field, best);
  if (waiting === field) best ? take(field, best) : field.form.requestSubmit();
});
