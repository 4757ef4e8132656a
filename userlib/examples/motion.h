/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The arm of the example motion: its path, the joints' angles for it, and
 * where its tool is with these.
 *
 * What a handler calls has no stack protector, and the functions of "m".
 */
#ifndef MOTION_H
#define MOTION_H

#include <math.h>

#include <kml/handler.h>

#define JOINTS	6

/* Lengths of base, upper arm, forearm, and from the wrist to the tool, in m. */
#define BASE	0.40
#define UPPER	0.45
#define FORE	0.42
#define TOOL	0.10

struct joints {
	double q[JOINTS];
};

struct math {
	double (*sin)(double x);
	double (*cos)(double x);
	double (*atan2)(double y, double x);
};

/* Where the tool is, and its axes as columns. */
struct pose {
	double p[3];
	double r[3][3];
};

/* The instruction, without the function's errno. */
static KML_HANDLER_WITH_FPU double root(double x)
{
#if defined(__x86_64__)
	asm("sqrtsd %0, %0" : "+x" (x));
#elif defined(__aarch64__)
	asm("fsqrt %d0, %d0" : "+w" (x));
#else
	asm("vsqrt.f64 %P0, %P0" : "+w" (x));
#endif
	return x;
}

/* Of at most pi/4 either way, by its series. */
static KML_HANDLER_WITH_FPU double series(double x, int first)
{
	double term = first ? x : 1, sum = term;

	for (int n = first + 1; n < 18; n += 2) {
		term *= -x * x / (n * (n + 1));
		sum += term;
	}
	return sum;
}

static KML_HANDLER_WITH_FPU double own_sin(double x)
{
	long quarter = (long)(x / M_PI_2 + (x < 0 ? -0.5 : 0.5));
	double y;

	x -= quarter * M_PI_2;
	y = series(x, !(quarter & 1));
	return quarter & 2 ? -y : y;
}

static KML_HANDLER_WITH_FPU double own_cos(double x)
{
	return own_sin(x + M_PI_2);
}

/* Halved three times, so that the series is short. */
static KML_HANDLER_WITH_FPU double own_atan2(double y, double x)
{
	double ay = y < 0 ? -y : y, ax = x < 0 ? -x : x, t, term, sum;

	if (!ay && !ax)
		return 0;
	t = ay > ax ? ax / ay : ay / ax;
	for (int i = 0; i < 3; i++)
		t = t / (1 + root(1 + t * t));
	sum = t;
	term = t;
	for (int n = 3; n < 17; n += 2) {
		term *= -t * t;
		sum += term / n;
	}
	sum *= 8;
	if (ay > ax)
		sum = M_PI_2 - sum;
	if (x < 0)
		sum = M_PI - sum;
	return y < 0 ? -sum : sum;
}

static const struct math motion_libm = { sin, cos, atan2 };
static const struct math motion_own = { own_sin, own_cos, own_atan2 };

/* Rotations about z by @a, then y by @b, then z by @c. */
static KML_HANDLER_WITH_FPU void rotation(const struct math *m, double a, double b, double c, double r[3][3])
{
	double sa = m->sin(a), ca = m->cos(a), sb = m->sin(b), cb = m->cos(b), sc = m->sin(c), cc = m->cos(c);

	r[0][0] = ca * cb * cc - sa * sc;
	r[0][1] = -ca * cb * sc - sa * cc;
	r[0][2] = ca * sb;
	r[1][0] = sa * cb * cc + ca * sc;
	r[1][1] = -sa * cb * sc + ca * cc;
	r[1][2] = sa * sb;
	r[2][0] = -sb * cc;
	r[2][1] = sb * sc;
	r[2][2] = cb;
}

/* The path at @t from 0 to 1: speed and acceleration are 0 at both ends. */
static KML_HANDLER_WITH_FPU void path(const struct math *m, double t, struct pose *pose)
{
	double s = t * t * t * (10 - t * (15 - 6 * t)), angle = 2 * M_PI * s;

	pose->p[0] = 0.45 + 0.12 * m->cos(angle);
	pose->p[1] = 0.15 + 0.12 * m->sin(angle);
	pose->p[2] = 0.35 + 0.05 * m->sin(2 * angle);
	rotation(m, 0.5 * m->sin(angle), 2.2 + 0.3 * m->cos(angle), 1.5 * s, pose->r);
}

/* The angles that bring the tool to the path at @t. */
static KML_HANDLER_WITH_FPU void motion_step(const struct math *m, double t, struct joints *joints)
{
	double *q = joints->q, w[3], c[3][3], r[3][3], out, up, d, reach;
	struct pose pose;

	path(m, t, &pose);
	for (int i = 0; i < 3; i++)
		w[i] = pose.p[i] - TOOL * pose.r[i][2];

	q[0] = m->atan2(w[1], w[0]);
	out = root(w[0] * w[0] + w[1] * w[1]);
	up = w[2] - BASE;
	d = (out * out + up * up - UPPER * UPPER - FORE * FORE) / (2 * UPPER * FORE);
	reach = 1 - d * d;
	q[2] = m->atan2(-root(reach > 0 ? reach : 0), d);
	q[1] = m->atan2(up, out) - m->atan2(FORE * m->sin(q[2]), UPPER + FORE * m->cos(q[2]));

	/* what is left for the wrist: the forearm's axis is its z */
	rotation(m, q[0], M_PI_2 - q[1] - q[2], 0, c);
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 3; k++)
			r[i][k] = c[0][i] * pose.r[0][k] + c[1][i] * pose.r[1][k] + c[2][i] * pose.r[2][k];
	q[3] = m->atan2(r[1][2], r[0][2]);
	q[4] = m->atan2(root(r[0][2] * r[0][2] + r[1][2] * r[1][2]), r[2][2]);
	q[5] = m->atan2(r[2][1], -r[2][0]);
}

/* How far is the tool from the path at @t, and its axes turned, as a length? */
static double motion_error(double t, const struct joints *joints)
{
	const double *q = joints->q;
	double out = UPPER * cos(q[1]) + FORE * cos(q[1] + q[2]), p[3], a[3][3], b[3][3], r, e = 0, turned = 0;
	struct pose pose;

	path(&motion_libm, t, &pose);
	rotation(&motion_libm, q[0], M_PI_2 - q[1] - q[2], 0, a);
	rotation(&motion_libm, q[3], q[4], q[5], b);
	p[0] = out * cos(q[0]);
	p[1] = out * sin(q[0]);
	p[2] = BASE + UPPER * sin(q[1]) + FORE * sin(q[1] + q[2]);
	for (int i = 0; i < 3; i++) {
		for (int k = 0; k < 3; k++) {
			r = a[i][0] * b[0][k] + a[i][1] * b[1][k] + a[i][2] * b[2][k];
			turned += (r - pose.r[i][k]) * (r - pose.r[i][k]);
			if (k == 2)
				p[i] += TOOL * r;
		}
		e += (p[i] - pose.p[i]) * (p[i] - pose.p[i]);
	}
	return sqrt(e) + TOOL * sqrt(turned);
}

#endif /* MOTION_H */
