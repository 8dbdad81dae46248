// Plays a step of a figure in two beats: what is read rides along its wire while gates open, then what comes of it rides to
// its place, and what a gate keeps back falls. All that moves is the drawing's own, which ends as drawn, or a copy that
// goes. Loaded when the controls are touched.
export async function motionOf(figure) {
  const { ways, opens } = await (await fetch(figure.dataset.asks)).json();
  const moving = [];

  function play(step) {
    stop();
    for (const part of figure.querySelectorAll("[data-part]")) {
      if (!part.checkVisibility()) continue;
      const { part: name, step: own } = part.dataset;
      for (const [at, ...way] of ways?.[part.ownerSVGElement.classList[0]]?.[name] ?? []) if (at === +step) ride(part, ...way);
      if (own === step && opens?.[name]) open(part, opens[name]);
    }
  }

  const stop = () => moving.splice(0).forEach(it => { it.cancel(); it.onfinish?.(); });

  // A beat has 600 ms.
  function move(mark, frames, beat) {
    const it = mark.animate(frames, { duration: 600, delay: 600 * beat, easing: "cubic-bezier(.4, 0, .4, 1)", fill: "backwards" });
    moving.push(it);
    return it;
  }

  // What goes is a copy, over what is there until it has left: with its numbers, or those that a gate keeps back.
  function ride(part, beat, corners, goes) {
    const mark = goes ? part.cloneNode(true) : part;
    if (goes) part.after(mark);
    goes?.forEach((number, at) => {
      mark.querySelectorAll("text")[at].textContent = number;
      mark.style.strokeDasharray = "4 3";
    });
    move(mark, { opacity: [0, 1, 1, +!goes], offset: [0, .2, .8, 1] }, beat);
    const way = corners.map(([x, y, offset]) => ({ translate: `${x}px ${y}px`, offset }));
    move(mark, way, beat).onfinish = () => goes && mark.remove();
  }

  // What hangs from the top of a gate begins as high as that; its slats and its rail, as far down.
  function open(gate, height) {
    const boxes = [...gate.querySelectorAll("path")].map(mark => [mark, mark.getBBox()]);
    const { y: top } = boxes[0][1];
    for (const [shutter, { x, y, height: own }] of boxes) {
      const by = height - own;
      if (Math.abs(y - top) > .1 || by < .1 || !own) continue;
      for (const [mark, at] of boxes) {
        if (at.y < top - .1 || at.y + at.height > top + own + .1 || Math.abs(at.x - x) > 4) continue;
        const [down, times] = mark === shutter ? [-top * by / own, height / own] : [by, 1];
        move(mark, { transform: [`translateY(${down}px) scaleY(${times})`, "none"] }, 0);
      }
    }
  }

  return { play, stop };
}
