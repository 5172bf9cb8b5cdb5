// A file dropped on the box is the file chosen in its input. data-drop="submit" sends the form at once.
import { find, on } from './dom.js';

const box = (event) => event.target.closest?.('[data-drop]');
const over = (event, yes) => { const drop = box(event); if (drop) { event.preventDefault(); drop.toggleAttribute('data-over', yes); } return drop; };
const took = (drop) => {
  const input = find('input[type=file]', drop);
  find('[data-chosen]', drop).textContent = [...input.files].map((file) => file.name).join(', ');
  if (drop.dataset.drop === 'submit') input.form?.requestSubmit();
};

on('dragover', (event) => over(event, true));
on('dragleave', (event) => over(event, false));
on('drop', (event) => {
  const drop = over(event, false);
  if (!drop || !event.dataTransfer.files.length) return;
  find('input[type=file]', drop).files = event.dataTransfer.files;
  took(drop);
});
on('change', (event) => { const drop = box(event); if (drop && event.target.type === 'file') took(drop); });
