// data-copy="text" puts the text on the clipboard and says so.
import { on, word } from './dom.js';
import { toast } from './toast.js';

on('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  toast(word('copied'));
});
