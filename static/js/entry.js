// Line after line without waiting: a form with data-entry is empty and ready again the moment it is sent.
// When the connection fails, what was sent stands in it again.
import { all, on } from './dom.js';

const sent = new WeakMap();
const fields = (form) => all('input:not([type=hidden])', form);
const form = (event) => {
  const source = event.detail.ctx?.sourceElement;
  return source?.matches?.('form[data-entry]') ? source : null;
};

on('htmx:config:request', (event) => {  // what is sent has been read, and waits its turn
  const entry = form(event);
  if (!entry) return;
  sent.set(entry, fields(entry).map((field) => field.value));
  fields(entry).forEach((field) => { field.value = ''; });
  fields(entry)[0].focus();
});
// Not by autofocus: that would take the focus from the quantity when the page comes back to life below it.
const ready = () => {
  if (document.activeElement === document.body) all('form[data-entry]').forEach((entry) => fields(entry)[0].focus());
};
on('htmx:after:swap', ready);
ready();
on('htmx:error', (event) => {
  const entry = form(event);
  if (!entry || fields(entry).some((field) => field.value)) return;
  fields(entry).forEach((field, at) => { field.value = sent.get(entry)?.[at] ?? ''; });
});
