// The run as a film, and the step that is shown.
import { clamp } from "../shared/numbers.js";

export function addPlayer(fig) {
  const { state } = fig;
  const reduced = matchMedia("(prefers-reduced-motion: reduce)");
  let animation = 0;
  fig.calm = () => reduced.matches;
  fig.playing = () => animation !== 0;
  fig.step = () => (state.asking ? 0 : (fig.preview ?? state.step));
  fig.stop = () => {
    if (animation) {
      cancelAnimationFrame(animation);
      fig.rest();
    }
    animation = 0;
  };
  fig.play = () => {
    // slow first steps, where there is something to see
    const duration = 1500 + 18 * state.steps;
    const from = state.step >= state.steps ? 0 : state.step;
    const began = performance.now() - (from / state.steps) ** (1 / 1.6) * duration;
    const tick = (now) => {
      const part = clamp((now - began) / duration, 0, 1);
      state.step = Math.round(state.steps * part ** 1.6);
      animation = part < 1 ? requestAnimationFrame(tick) : 0;
      if (!animation) fig.rest();
      fig.change("view");
    };
    animation = requestAnimationFrame(tick);
  };
  fig.playOrStop = () => {
    if (animation) fig.stop();
    else if (reduced.matches) state.step = state.step >= state.steps ? 0 : Math.min(state.steps, state.step + 10);
    else fig.play();
    fig.change("view");
  };
  fig.goTo = (k) => {
    if (state.asking) return;
    fig.stop();
    fig.preview = null;
    state.step = clamp(k, 0, state.steps);
    fig.change("view");
  };
}
