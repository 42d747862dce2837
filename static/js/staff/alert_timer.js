// A worker that ticks every four seconds: browsers slow down the timers of pages in the background to one a minute.
setInterval(() => postMessage(0), 4000);
