// Line after line without waiting: a form with data-entry is empty and ready again the moment it is sent, before
// the lines sent earlier have arrived. When the connection fails, what was sent stands in it again.
// Not by autofocus: that would take the focus from the quantity when the page comes back to life below it.
import { all, find, on } from './dom.js';

const entry = 'form[data-entry]';
const fields = (form) => all('input:not([type=hidden])', form);
const fill = (form, values) => fields(form).forEach((field, at) => { field.value = values[at] ?? ''; });
const ready = () => document.activeElement === document.body && find(`${entry} [role=combobox]`)?.focus();
let sent = [];

on('htmx:config:request', ({ target }) => {
  if (!target.matches(entry)) return;
  sent = fields(target).map((field) => field.value);
  fill(target, []);
  fields(target)[0].focus();
});
on('htmx:error', ({ target }) => target.matches?.(entry) && fields(target).every((field) => !field.value) && fill(target, sent));
on('htmx:after:swap', ready);
ready();
