// The warehouse's scan field keeps the focus; a wrong scan buzzes and sounds low, a right one sounds high.
import { find, on, typing } from './dom.js';

const sound = (pitch, seconds) => {
  try {
    const context = new AudioContext();
    const tone = context.createOscillator();
    const volume = context.createGain();
    volume.gain.value = 0.2;
    tone.frequency.value = pitch;
    tone.connect(volume).connect(context.destination);
    tone.start();
    tone.stop(context.currentTime + seconds);
  } catch { /* a browser that plays nothing before the first touch */ }
};

const field = find('[data-scan]');
if (field) {
  const wrong = Boolean(find('[data-wrong]'));
  field.focus({ preventScroll: true });
  if (wrong) navigator.vibrate?.([120, 80, 120]);
  if (wrong || sessionStorage.getItem('scanned')) sound(wrong ? 180 : 1250, wrong ? 0.35 : 0.08);
  sessionStorage.removeItem('scanned');
  // A code scanned while the one before is on its way waits for the page after it; after a wrong one it is dropped:
  // it was meant for another place, and the low sound has called the person back.
  const waiting = wrong ? [] : JSON.parse(sessionStorage.getItem(field.form.action) ?? '[]');
  const keep = () => sessionStorage.setItem(field.form.action, JSON.stringify(waiting));
  let sent = false;
  const empty = () => { field.value = ''; }; // at once: the next code may be on its way from the scanner
  field.form.addEventListener('submit', (event) => {
    sessionStorage.setItem('scanned', '1');
    if (sent) { event.preventDefault(); waiting.push(field.value); keep(); empty(); }
    sent = true;
  });
  field.form.addEventListener('formdata', empty, { once: true }); // what is sent has been read; Chrome reads again later
  const next = waiting.shift();
  keep();
  if (next) { field.value = next; field.form.requestSubmit(); }
  on('keydown', (event) => { if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !typing(event.target)) field.focus(); });
}
