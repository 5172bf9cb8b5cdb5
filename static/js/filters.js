// A filter form with data-auto sends itself when a choice changes; its button is for pages without scripts.
import { on } from './dom.js';

on('change', (event) => {
  const form = event.target.closest?.('form[data-auto]');
  if (form && !form.matches(':popover-open *')) form.requestSubmit();
});
