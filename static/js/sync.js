// A morph leaves a typed field's live value alone. When the server corrected it, show the correction
// in every field that is not being typed in, and in table cells, which are saved by Enter. Then: focus the error summary, move focus to the first new row.
// Once: an answer that comes while somebody types further down does not take the focus back up.
import { all, find, on } from './dom.js';

const meet = () => {
  const fresh = find('[data-focus-me]');
  fresh?.focus();
  fresh?.removeAttribute('data-focus-me');
};

on('htmx:after:swap', () => {
  all('.qty input, .cell, [data-sync]').forEach((field) => {
    if (field.isSending || (field.sent !== undefined && field.value !== field.sent)) return;
    field.sent = undefined;
    const told = field.getAttribute('value') ?? '';
    if ((field !== document.activeElement || field.matches('[data-revert]')) && field.value !== told) field.value = told;
  });
  meet();
});
meet();
