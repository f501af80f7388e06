#include "base/tzif.h"

#include "base/mem.h"

enum { HEADER = 44, MAX_CHANGES = 100000 };

static uint32_t
be32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 |
	    (uint32_t)u[2] << 8 | u[3];
}

static int64_t
be64(const char *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

struct counts {
	size_t isut, isstd, leap, time, type, chars;
};

/* Reads the header at the beginning of s; the length of the data behind it
 * with times of `size` bytes into *len. */
static bool
header(struct crm_str s, size_t size, struct counts *c, size_t *len)
{
	if (s.n < HEADER || memcmp(s.p, "TZif", 4) != 0)
		return false;
	c->isut = be32(s.p + 20);
	c->isstd = be32(s.p + 24);
	c->leap = be32(s.p + 28);
	c->time = be32(s.p + 32);
	c->type = be32(s.p + 36);
	c->chars = be32(s.p + 40);
	if (c->isut > 256 || c->isstd > 256 || c->leap > 10000 ||
	    c->time > MAX_CHANGES || c->type > 256 || c->chars > 10000)
		return false;
	*len = c->time * (size + 1) + c->type * 6 + c->chars +
	    c->leap * (size + 4) + c->isstd + c->isut;
	return s.n - HEADER >= *len;
}

static bool
changes(struct crm_zone *z, const char *p, size_t size, const struct counts *c)
{
	const char *types = p + c->time * (size + 1);
	z->n = c->time;
	z->at = crm_calloc(c->time, sizeof(*z->at));
	z->type = crm_calloc(c->time, 1);
	for (size_t i = 0; i < c->time; i++) {
		const char *at = p + i * size;
		z->at[i] = size == 8 ? be64(at) : (int32_t)be32(at);
		z->type[i] = (uint8_t)p[c->time * size + i];
		if (z->type[i] >= c->type ||
		    (i && z->at[i] <= z->at[i - 1]))
			return false;
	}
	for (size_t i = 0; i < c->type; i++) {
		z->offset[i] = (int32_t)be32(types + 6 * i);
		/* the range that RFC 8536 3.2 recommends */
		if (z->offset[i] < -89999 || z->offset[i] > 93599)
			return false;
	}
	return true;
}

bool
crm_tzif_parse(struct crm_zone *z, struct crm_str s)
{
	struct counts c;
	size_t len, size = 4;
	if (!header(s, 4, &c, &len))
		return false;
	if (s.p[4] != '\0') {
		/* from version 2 on the same again with longer times, then
		 * the rule between two newlines */
		s = crm_str_sub(s, HEADER + len, s.n);
		size = 8;
		if (!header(s, 8, &c, &len))
			return false;
	}
	if (c.type == 0 || c.leap)
		return false;
	if (!changes(z, s.p + HEADER, size, &c))
		return false;
	s = crm_str_sub(s, HEADER + len, s.n);
	if (size == 4 || s.n < 2 || s.p[0] != '\n')
		return size == 4;
	s = crm_str_sub(s, 1, s.n);
	s = crm_str_sub(s, 0, crm_str_chr(s, '\n'));
	return s.n == 0 || crm_tzrule_parse(&z->rule, s);
}
