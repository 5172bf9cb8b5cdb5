// Line after line without waiting: a form with data-entry is empty and ready again the moment it is sent, before
// the lines sent earlier have arrived. When the connection fails, what was sent stands in it again, or in a message
// where the next line has been begun.
// Not by autofocus: that would take the focus from the quantity when the page comes back to life below it.
import { all, find, on, word } from './dom.js';
import { toast } from './toast.js';

const entry = 'form[data-entry]';
const fields = (form) => all('input:not([type=hidden])', form);
const fill = (form, values) => fields(form).forEach((field, at) => { field.value = values[at] ?? ''; });
const ready = () => document.activeElement === document.body && find(`${entry} [role=combobox]`)?.focus();
const sent = new WeakMap();

on('htmx:config:request', ({ target, detail }) => {
  if (!target.matches(entry)) return;
  sent.set(detail.ctx, fields(target).map((field) => field.value));
  fill(target, []);
  fields(target)[0].focus();
});
on('htmx:error', ({ target, detail }) => {
  const lost = sent.get(detail.ctx);
  if (!lost) return;
  if (fields(target).every((field) => !field.value)) fill(target, lost);
  else toast(`${word('notSaved')} ${lost.join(' × ')}`, 'bad');
});
on('keydown', ({ key, target }) => key === 'Escape' && target.closest(entry) && (target.value ? target.value = '' : target.blur()));
on('htmx:after:swap', ready);
ready();
