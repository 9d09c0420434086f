/* Many runs as one would write them by hand in C: all steps of LANES runs, which stay in the processor, then the next.
 *
 * x, y and r, the rate of each run, have `runs` numbers, a multiple of LANES; the last point stands in x and y.
 * The arithmetic is that of the course's rules, operation by operation, but for the powers of the betas: those run along.
 */
#include <math.h>

#define LANES 64

#define LOOP(name, SLOPE, EACH_STEP, STEP)                                     \
  void name(double *restrict x, double *restrict y, const double *restrict r,  \
            long runs, long steps) {                                           \
    for (long first = 0; first < runs; first += LANES) {                       \
      double px[LANES], py[LANES], lr[LANES];                                  \
      double mx[LANES] = {0}, my[LANES] = {0}, sx[LANES] = {0}, sy[LANES] = {0}; \
      for (int k = 0; k < LANES; k++) {                                        \
        px[k] = x[first + k];                                                  \
        py[k] = y[first + k];                                                  \
        lr[k] = r[first + k];                                                  \
      }                                                                        \
      double b1 = 1, b2 = 1;                                                   \
      for (long t = 1; t <= steps; t++) {                                      \
        EACH_STEP                                                              \
        for (int k = 0; k < LANES; k++) {                                      \
          double X = px[k], Y = py[k], gx, gy;                                 \
          SLOPE                                                                \
          STEP(px, mx, sx, gx)                                                 \
          STEP(py, my, sy, gy)                                                 \
        }                                                                      \
      }                                                                        \
      for (int k = 0; k < LANES; k++) {                                        \
        x[first + k] = px[k];                                                  \
        y[first + k] = py[k];                                                  \
      }                                                                        \
      (void)mx, (void)my, (void)sx, (void)sy, (void)b1, (void)b2;              \
    }                                                                          \
  }

#define ROSENBROCK gx = -400 * X * (Y - X * X) + 2 * X - 2; gy = 200 * (Y - X * X);
#define RAVINE gx = 0.025 * X; gy = Y;

#define SGD(p, m, s, g) p[k] -= lr[k] * g;
#define MOMENTUM(p, m, s, g) m[k] = 0.9 * m[k] - lr[k] * g; p[k] += m[k];
#define CORRECTIONS b1 *= 0.9; b2 *= 0.999; double c1 = 1 - b1, c2 = 1 - b2;
#define ADAM(p, m, s, g)                                                       \
  m[k] = 0.9 * m[k] + (1 - 0.9) * g;                                           \
  s[k] = 0.999 * s[k] + (1 - 0.999) * (g * g);                                 \
  p[k] -= lr[k] * (m[k] / c1) / (sqrt(s[k] / c2) + 1e-8);

LOOP(sgd_rosenbrock, ROSENBROCK, , SGD)
LOOP(momentum_rosenbrock, ROSENBROCK, , MOMENTUM)
LOOP(adam_rosenbrock, ROSENBROCK, CORRECTIONS, ADAM)
LOOP(sgd_ravine, RAVINE, , SGD)
LOOP(momentum_ravine, RAVINE, , MOMENTUM)
LOOP(adam_ravine, RAVINE, CORRECTIONS, ADAM)

/* The bounds: vector operations on numbers that never leave the registers, and a pass over memory. */

typedef double vector __attribute__((vector_size(64)));
#define CHAINS 16

double multiply_adds(long times) {
  vector a[CHAINS];
  for (int k = 0; k < CHAINS; k++) a[k] = (vector){0} + k;
  for (long n = 0; n < times; n++) {
#pragma GCC unroll 16
    for (int k = 0; k < CHAINS; k++) a[k] = a[k] * 0.999 + 0.001;
  }
  double sum = 0;
  for (int k = 0; k < CHAINS; k++)
    for (int i = 0; i < 8; i++) sum += a[k][i];
  return sum;
}

void pass_over(double *to, const double *from, long count) {
  for (long k = 0; k < count; k++) to[k] = 0.999 * from[k] + 0.001;
}
