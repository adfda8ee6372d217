import { render } from 'preact';
import './style.css';
import { App } from './app.tsx';

render(<App />, document.getElementById('page')!);

// browsers that keep nothing for pages, and pages that come by http from elsewhere, do without
if ('serviceWorker' in navigator)
  addEventListener('load', () => {
    navigator.serviceWorker.register('./offline.js').catch(() => {});
  });
