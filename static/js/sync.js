// A morph leaves a typed field's live value alone. When the server corrected it, show the correction
// in every field that is not being typed in, and in table cells, which are saved by Enter. Then: focus the error summary, move focus to the first new row.
import { all, find, on } from './dom.js';

on('htmx:after:swap', () => {
  all('.qty input, .cell, [data-sync]').forEach((field) => {
    if (field.isSending || (field.sent !== undefined && field.value !== field.sent)) return;
    field.sent = undefined;
    const told = field.getAttribute('value') ?? '';
    if ((field !== document.activeElement || field.matches('[data-revert]')) && field.value !== told) field.value = told;
  });
  const fresh = find('[data-focus-me]');
  fresh?.focus();
  fresh?.removeAttribute('data-focus-me');
});
find('[data-focus-me]')?.focus();
