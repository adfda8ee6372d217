// Stands in for the package that decodes AAC, whose licence (GPL) a page would take on: the browser decodes AAC itself (browser-sound.ts).
throw new Error('the browser decodes AAC');
