#include "base/calendar.h"

#include "base/buf.h"
#include "base/calendar_data.h"
#include "base/holiday.h"
#include "base/map.h"
#include "base/mem.h"

struct row {
	struct crm_hours hours;
	int week_start;
};

struct crm_calendar {
	struct crm_map rows;		/* country or "*": index + 1 */
	struct row *row;
	size_t n, cap;
	struct crm_map holidays;	/* country, "" for all: rule + 1 */
	struct rule {
		struct crm_holiday when;
		const char *name;
		size_t next;		/* of the country, + 1 */
	} *rule;
	size_t nrule, caprule;
	struct crm_arena names;
};

/* Two letters in upper case with a NUL; "" for anything else. */
static void
country_code(struct crm_str s, char out[3])
{
	out[0] = '\0';
	if (s.n != 2)
		return;
	for (int i = 0; i < 2; i++) {
		char c = s.p[i] >= 'a' && s.p[i] <= 'z' ?
		    (char)(s.p[i] - 32) : s.p[i];
		if (c < 'A' || c > 'Z') {
			out[0] = '\0';
			return;
		}
		out[i] = c;
	}
	out[2] = '\0';
}

static enum crm_status
at_line(struct crm_err *err, const char *source, uint64_t line,
    enum crm_status st)
{
	if (err) {
		snprintf(err->source, sizeof(err->source), "%s", source);
		err->line = line;
	}
	return st;
}

static struct row *
row_for(struct crm_calendar *c, struct crm_str country)
{
	struct crm_map_entry *e = crm_map_put(&c->rows, country, NULL);
	if (e->v.u == 0) {
		crm_grow(&c->row, &c->cap, c->n + 1, sizeof(*c->row));
		c->row[c->n] = (struct row){ .week_start = 1 };
		e->v.u = ++c->n;
	}
	return &c->row[e->v.u - 1];
}

static enum crm_status
add_row(struct crm_calendar *c, struct crm_str line, struct crm_err *err)
{
	static const char days[] = "mon tue wed thu fri sat sun";
	struct crm_str part[3] = { { 0 } };
	struct crm_hours hours;
	char country[3];
	size_t n = 0;
	while (n < 3 && crm_str_split(&line, '\t', &part[n]))
		n++;
	country_code(part[0], country);
	if (n != 3 || line.p || part[1].n != 3 ||
	    (!country[0] && !crm_str_is(part[0], "*")))
		goto bad;
	char day[4] = { part[1].p[0], part[1].p[1], part[1].p[2], '\0' };
	const char *at = strstr(days, day);
	if (!at || (at - days) % 4)
		goto bad;
	enum crm_status st = crm_hours_parse(part[2], NULL, &hours, err);
	if (st != CRM_OK)
		return st;
	*row_for(c, country[0] ? crm_str_z(country) : part[0]) =
	    (struct row){ hours, (int)(at - days) / 4 + 1 };
	return CRM_OK;
bad:
	return crm_err_set(err, CRM_INVALID, "hours.syntax",
	    _("not a country, a day and hours with tabs between them"));
}

enum crm_status
crm_calendar_add_hours(struct crm_calendar *c, struct crm_str text,
    const char *source, struct crm_err *err)
{
	struct crm_str line;
	for (uint64_t n = 1; crm_str_split(&text, '\n', &line); n++) {
		line = crm_str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		enum crm_status st = add_row(c, line, err);
		if (st != CRM_OK)
			return at_line(err, source, n, st);
	}
	return CRM_OK;
}

/* One rule, "when name", in front of the country's others. */
static bool
add_rule(struct crm_calendar *c, const char code[3], struct crm_str line)
{
	struct crm_holiday when;
	size_t i = 0;
	while (i < line.n && line.p[i] != ' ' && line.p[i] != '\t')
		i++;
	if (!crm_holiday_parse(crm_str_sub(line, 0, i), &when))
		return false;
	struct crm_map_entry *e = crm_map_put(&c->holidays, crm_str_z(code),
	    NULL);
	crm_grow(&c->rule, &c->caprule, c->nrule + 1, sizeof(*c->rule));
	c->rule[c->nrule++] = (struct rule){ when, crm_arena_str(&c->names,
	    crm_str_trim(crm_str_sub(line, i, line.n))).p, e->v.u };
	e->v.u = c->nrule;
	return true;
}

/* Rows "COUNTRY<tab>when<tab>name". */
static bool
add_shipped(struct crm_calendar *c)
{
	struct crm_str text = crm_data_holidays(), line, part;
	char code[3];
	bool good = true;
	while (crm_str_split(&text, '\n', &line)) {
		if (line.n == 0 || line.p[0] == '#')
			continue;
		good = good && crm_str_split(&line, '\t', &part);
		country_code(part, code);
		good = good && code[0] && add_rule(c, code, line);
	}
	return good;
}

void
crm_calendar_no_holidays(struct crm_calendar *c)
{
	crm_map_clear(&c->holidays);
	c->nrule = 0;
}

struct crm_calendar *
crm_calendar_new(void)
{
	struct crm_calendar *c = crm_zalloc(sizeof(*c));
	/* the shipped table is checked by the tests */
	if (crm_calendar_add_hours(c, crm_data_hours(), "", NULL) != CRM_OK ||
	    !add_shipped(c))
		abort();
	return c;
}

void
crm_calendar_free(struct crm_calendar *c)
{
	if (!c)
		return;
	crm_map_release(&c->rows);
	crm_map_release(&c->holidays);
	crm_arena_release(&c->names);
	free(c->rule);
	free(c->row);
	free(c);
}

enum crm_status
crm_calendar_add_holidays(struct crm_calendar *c, struct crm_str country,
    struct crm_str text, const char *source, struct crm_err *err)
{
	struct crm_str line;
	char code[3];
	country_code(country, code);
	if (country.n && !code[0])
		return crm_err_set(err, CRM_INVALID, "holidays.country",
		    _("not a country code: '%.*s'"),
		    (int)(country.n < 20 ? country.n : 20), country.p);
	for (uint64_t n = 1; crm_str_split(&text, '\n', &line); n++) {
		line = crm_str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (!add_rule(c, code, line))
			return at_line(err, source, n, crm_err_set(err,
			    CRM_INVALID, "holidays.syntax",
			    _("not a date and a name (YYYY-MM-DD name, "
				"--MM-DD name, easter-2 name)")));
	}
	return CRM_OK;
}

static enum crm_status
read_text(const char *path, struct crm_buf *b, struct crm_err *err)
{
	if (crm_buf_read_file(b, path) == 0)
		return CRM_OK;
	return crm_err_sys(err, "calendar.read", _("cannot read '%s'"), path);
}

enum crm_status
crm_calendar_read_hours(struct crm_calendar *c, const char *path,
    struct crm_err *err)
{
	struct crm_buf b = CRM_BUF_MAX(1 << 20);
	enum crm_status st = read_text(path, &b, err);
	if (st == CRM_OK)
		st = crm_calendar_add_hours(c, crm_buf_view(&b), path, err);
	crm_buf_release(&b);
	return st;
}

enum crm_status
crm_calendar_read_holidays(struct crm_calendar *c, struct crm_str country,
    const char *path, struct crm_err *err)
{
	struct crm_buf b = CRM_BUF_MAX(1 << 20);
	enum crm_status st = read_text(path, &b, err);
	if (st == CRM_OK)
		st = crm_calendar_add_holidays(c, country, crm_buf_view(&b),
		    path, err);
	crm_buf_release(&b);
	return st;
}

static const struct row *
row_of(const struct crm_calendar *c, struct crm_str country)
{
	char code[3];
	country_code(country, code);
	struct crm_map_entry *e = crm_map_get(&c->rows, crm_str_z(code));
	if (!e)
		e = crm_map_get(&c->rows, CRM_STR("*"));
	return &c->row[e ? e->v.u - 1 : 0];
}

const struct crm_hours *
crm_calendar_hours(const struct crm_calendar *c, struct crm_str country)
{
	return &row_of(c, country)->hours;
}

int
crm_calendar_week_start(const struct crm_calendar *c, struct crm_str country)
{
	return row_of(c, country)->week_start;
}

const char *
crm_calendar_holiday(const struct crm_calendar *c, struct crm_str country,
    int32_t day)
{
	char code[3];
	if (c->nrule == 0)
		return NULL;
	country_code(country, code);
	for (int all = code[0] == '\0'; all < 2; all++) {
		struct crm_map_entry *e = crm_map_get(&c->holidays,
		    crm_str_z(all ? "" : code));
		for (size_t i = e ? e->v.u : 0; i; i = c->rule[i - 1].next)
			if (crm_holiday_is(&c->rule[i - 1].when, day))
				return c->rule[i - 1].name;
	}
	return NULL;
}

int32_t
crm_anniversary_next(struct crm_ymd date, int32_t from,
    enum crm_leap_day leap)
{
	struct crm_ymd d = crm_day_ymd(from);
	d.y = date.y > d.y ? date.y : d.y;
	for (;; d.y++) {
		d.m = date.m;
		d.d = date.d;
		if (!crm_ymd_valid(d)) {
			/* only a 29 February is not in every year */
			if (leap == CRM_LEAP_ONLY)
				continue;
			if (leap == CRM_LEAP_MAR1)
				d.m = 3;
			d.d = leap == CRM_LEAP_MAR1 ? 1 : 28;
		}
		if (crm_ymd_day(d) >= from)
			return crm_ymd_day(d);
	}
}
