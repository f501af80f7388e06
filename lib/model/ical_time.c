#include "model/ical_time.h"

#include <strings.h>

#include "base/recur.h"
#include "base/time.h"

static bool
digits(struct crm_str s, size_t at, size_t n, int *v)
{
	*v = 0;
	for (size_t i = at; i < at + n; i++) {
		if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
			return false;
		*v = *v * 10 + (s.p[i] - '0');
	}
	return true;
}

/* The wall-clock time; utc: a Z behind it. */
static bool
wall(struct crm_str s, int64_t *t, bool *day, bool *utc)
{
	struct crm_ymd d;
	int h = 0, m = 0, sec = 0;
	if (!digits(s, 0, 4, &d.y) || !digits(s, 4, 2, &d.m) ||
	    !digits(s, 6, 2, &d.d) || !crm_ymd_valid(d))
		return false;
	*day = s.n == 8;
	*utc = s.n == 16 && s.p[15] == 'Z';
	if (!*day && (s.p[8] != 'T' || !digits(s, 9, 2, &h) ||
	    !digits(s, 11, 2, &m) || !digits(s, 13, 2, &sec) || h > 23 ||
	    m > 59 || sec > 60))
		return false;
	*t = crm_ymd_day(d) * CRM_DAY + (int64_t)(h * 3600 + m * 60 +
	    (sec > 59 ? 59 : sec)) * CRM_SECOND;
	return *day || *utc || s.n == 15;
}

const struct crm_zone *
crm_ical_zone(struct crm_str tzid)
{
	const struct crm_zone *z;
	for (;;) {
		if (tzid.n && !crm_zone_get(tzid, &z, NULL))
			return z;
		size_t slash = crm_str_chr(tzid, '/');
		if (slash == tzid.n)
			return NULL;
		tzid = crm_str_sub(tzid, slash + 1, tzid.n);
		/* "2005/Athens" is not the zone Athens */
		if (crm_str_chr(tzid, '/') == tzid.n)
			return NULL;
	}
}

struct observance {	/* STANDARD or DAYLIGHT */
	int64_t start;
	int32_t from, to;	/* seconds east */
	struct crm_str rule;
	int64_t again;		/* the latest RDATE that counts */
	bool dated, offsets[2], any;
};

struct search {
	int64_t local, best, earliest;
	int32_t offset, first;
	bool found, have_first;
	struct observance o;
};

/* +0200, -013045 in seconds. */
static bool
offset(struct crm_str s, int32_t *sec)
{
	int h, m, q = 0;
	bool good = s.n >= 5 && (*s.p == '+' || *s.p == '-') &&
	    digits(s, 1, 2, &h) && digits(s, 3, 2, &m) &&
	    (s.n < 7 || digits(s, 5, 2, &q)) && h < 24 && m < 60 && q < 60;
	if (good)
		*sec = (h * 3600 + m * 60 + q) * (*s.p == '-' ? -1 : 1);
	return good;
}

static void
consider(struct search *s, int64_t onset)
{
	if (onset > s->local || (s->found && onset < s->best))
		return;
	s->found = true;
	s->best = onset;
	s->offset = s->o.to;
}

/* The latest onset of the observance before the time looked for. */
static void
finish(struct search *s)
{
	struct observance *o = &s->o;
	struct crm_recur *r;
	struct crm_recur_iter it = { 0 };
	int64_t t;
	if (!o->dated || !o->offsets[0] || !o->offsets[1])
		return;
	if (!s->have_first || o->start < s->earliest) {
		s->have_first = true;
		s->earliest = o->start;
		s->first = o->from;
	}
	consider(s, o->start);
	if (o->any)
		consider(s, o->again);
	if (!o->rule.n)
		return;
	r = crm_alloc(sizeof(*r));
	if (crm_recur_parse(o->rule, r)) {
		crm_recur_begin(&it, r, o->start, NULL, r->count ? INT64_MIN :
		    s->local - 800 * CRM_DAY);
		while (crm_recur_next(&it, &t) && t <= s->local)
			consider(s, t);
		/* a rule that ended long before: its last time counts */
		crm_recur_release(&it);
		if (r->has_until && r->until < s->local - 800 * CRM_DAY) {
			crm_recur_begin(&it, r, o->start, NULL, r->until -
			    800 * CRM_DAY);
			while (crm_recur_next(&it, &t))
				consider(s, t);
			crm_recur_release(&it);
		}
	}
	free(r);
}

static void
dates(struct search *s, struct crm_str list)
{
	struct crm_str one;
	int64_t t;
	bool day, utc;
	while (crm_str_split(&list, ',', &one))
		if (wall(crm_str_trim(one), &t, &day, &utc) && t <= s->local &&
		    (!s->o.any || t > s->o.again)) {
			s->o.any = true;
			s->o.again = t;
		}
}

static void
take(struct search *s, const struct crm_cline *l)
{
	struct crm_str v = crm_str_trim(l->value);
	bool day, utc;
	if (crm_cline_is(l, "DTSTART"))
		s->o.dated = wall(v, &s->o.start, &day, &utc);
	else if (crm_cline_is(l, "TZOFFSETTO"))
		s->o.offsets[0] = offset(v, &s->o.to);
	else if (crm_cline_is(l, "TZOFFSETFROM"))
		s->o.offsets[1] = offset(v, &s->o.from);
	else if (crm_cline_is(l, "RRULE"))
		s->o.rule = v;
	else if (crm_cline_is(l, "RDATE"))
		dates(s, v);
}

/* By the definition of the zone: the onsets are wall-clock times of the
 * observance before, as is the time looked for. */
static bool
by_definition(struct crm_str rest, struct crm_str tzid, int64_t local,
    int64_t *t)
{
	struct crm_arena mem = { 0 };
	struct crm_cline *l = crm_alloc(sizeof(*l));
	struct search s = { .local = local };
	bool mine = false, over = false;
	enum crm_status st;
	while (!over && (st = crm_cline_next(&rest, &mem, l, NULL)) !=
	    CRM_NOTFOUND) {
		if (st)
			continue;
		bool end = crm_cline_is(l, "END");
		struct crm_str v = crm_str_trim(l->value);
		if (crm_cline_is(l, "TZID")) {
			mine = crm_str_eq(v, tzid);
		} else if (mine && crm_cline_is(l, "BEGIN")) {
			s.o = (struct observance){ .any = false };
		} else if (mine && end && (crm_str_is(v, "STANDARD") ||
		    crm_str_is(v, "DAYLIGHT"))) {
			finish(&s);
			s.o.dated = false;
		} else if (mine && end)
			over = true;
		else if (mine)
			take(&s, l);
	}
	free(l);
	crm_arena_release(&mem);
	if (s.found || s.have_first)
		*t = local - (s.found ? s.offset : s.first) * CRM_SECOND;
	return s.found || s.have_first;
}

bool
crm_ical_stamp(const struct crm_cline *l, struct crm_str value,
    const struct crm_ical_zones *z, int64_t *t, bool *day)
{
	bool utc;
	if (!wall(crm_str_trim(value), t, day, &utc))
		return false;
	if (*day || utc)
		return true;
	struct crm_str name = crm_cline_param(l, "TZID");
	const struct crm_zone *zone = name.n ? crm_ical_zone(name) : NULL;
	if (name.n && !zone && by_definition(z->definitions, name, *t, t))
		return true;
	*t = crm_zone_utc(zone ? zone : z->floating, *t);
	return true;
}

/* The value of a definition's first TZID line, unfolded names only. */
static struct crm_str
name_of(struct crm_str def)
{
	struct crm_str line;
	while (crm_str_split(&def, '\n', &line)) {
		line = crm_str_trim(line);
		if (line.n > 5 && !strncasecmp(line.p, "TZID", 4) &&
		    crm_str_chr(line, ':') < line.n)
			return crm_str_sub(line, crm_str_chr(line, ':') + 1,
			    line.n);
	}
	return (struct crm_str){ NULL, 0 };
}

void
crm_ical_zones_used(struct crm_str definitions, struct crm_str text,
    struct crm_buf *out)
{
	static const char end[] = "END:VTIMEZONE";
	while (definitions.n) {
		const char *q = memmem(definitions.p, definitions.n, end,
		    sizeof(end) - 1);
		if (!q)
			return;
		size_t n = (size_t)(q - definitions.p) + sizeof(end) - 1;
		while (n < definitions.n && definitions.p[n - 1] != '\n')
			n++;
		struct crm_str def = crm_str_sub(definitions, 0, n);
		struct crm_str name = name_of(def);
		if (name.n && memmem(text.p, text.n, name.p, name.n))
			crm_buf_str(out, def);
		definitions = crm_str_sub(definitions, n, definitions.n);
	}
}
