#include "base/calendar.h"

#include "base/buf.h"
#include "base/calendar_data.h"
#include "base/map.h"
#include "base/utf8.h"

#include <pthread.h>

/* The database's table of countries and zones, read once; "" without one. */
static struct crm_str
zone_table(void)
{
	static struct crm_buf text;
	static bool tried;
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_mutex_lock(&lock);
	if (!tried && crm_buf_read_file(&text,
		"/usr/share/zoneinfo/zone1970.tab") < 0)
		crm_buf_release(&text);
	tried = true;
	pthread_mutex_unlock(&lock);
	return crm_buf_view(&text);
}

struct row {
	struct crm_str zone, comment;
};

/* The next zone of the country in the rest of the table. */
static bool
next_zone(struct crm_str *table, const char country[2], struct row *out)
{
	struct crm_str line, field, code;
	while (crm_str_split(table, '\n', &line)) {
		if (line.n == 0 || line.p[0] == '#' ||
		    !crm_str_split(&line, '\t', &field))
			continue;
		bool here = false;
		while (crm_str_split(&field, ',', &code))
			here = here || (code.n == 2 &&
			    memcmp(code.p, country, 2) == 0);
		*out = (struct row){ { 0 } };
		if (here && crm_str_split(&line, '\t', &field) &&
		    crm_str_split(&line, '\t', &out->zone)) {
			crm_str_split(&line, '\t', &out->comment);
			return true;
		}
	}
	return false;
}

/* Whether the words of the folded `part` stand in `text` one after another. */
static bool
has_words(struct crm_str text, struct crm_str part)
{
	struct crm_buf b = { 0 };
	bool found = false;
	crm_fold_text(&b, text);
	struct crm_str all = crm_buf_view(&b), word;
	while (!found && part.n && crm_word_next(&all, &word)) {
		struct crm_str from = { word.p,
			(size_t)(b.p + b.n - word.p) };
		struct crm_str a = from, p = part, x, y;
		bool same = true, any = false;
		while (same && crm_word_next(&p, &y)) {
			same = crm_word_next(&a, &x) && crm_str_eq(x, y);
			any = true;
		}
		found = same && any;
	}
	crm_buf_release(&b);
	return found;
}

/* The city of a zone's name is the region. */
static bool
is_city(struct crm_str zone, struct crm_str region)
{
	struct crm_buf b = { 0 };
	size_t at = zone.n;
	while (at && zone.p[at - 1] != '/')
		at--;
	char name[64];
	struct crm_str city = crm_str_sub(zone, at, sizeof(name));
	for (size_t i = 0; i < city.n; i++)
		name[i] = city.p[i] == '_' ? ' ' : city.p[i];
	crm_fold_text(&b, (struct crm_str){ name, city.n });
	bool same = crm_str_eq(crm_buf_view(&b), region);
	crm_buf_release(&b);
	return same;
}

/* The zone that our own table gives a region ("*": the country). */
static struct crm_str
shipped(const char country[2], struct crm_str region)
{
	struct crm_str text = crm_data_regions(), line, part[4], found = { 0 };
	struct crm_buf b = { 0 };
	while (!found.n && crm_str_split(&text, '\n', &line)) {
		size_t n = 0;
		if (line.n < 3 || memcmp(line.p, country, 2) != 0)
			continue;
		while (n < 4 && crm_str_split(&line, '\t', &part[n]))
			n++;
		if (n != 4)
			continue;
		for (size_t i = 1; i < 3 && !found.n; i++) {
			crm_buf_clear(&b);
			crm_fold_text(&b, part[i]);
			if (b.n && crm_str_eq(crm_buf_view(&b), region))
				found = part[3];
		}
	}
	crm_buf_release(&b);
	return found;
}

/* The zone of a folded region by the database itself: a city, or words of one
 * zone's comment alone. */
static struct crm_str
by_database(struct crm_str table, const char country[2], struct crm_str region)
{
	struct crm_str found = { 0 };
	struct row r;
	size_t n = 0;
	if (region.n < 3)
		return found;
	while (next_zone(&table, country, &r)) {
		if (is_city(r.zone, region))
			return r.zone;
		if (has_words(r.comment, region)) {
			found = r.zone;
			n++;
		}
	}
	return n == 1 ? found : (struct crm_str){ 0 };
}

static enum crm_status
several(struct crm_str table, const char country[2], struct crm_err *err)
{
	struct crm_buf b = CRM_BUF_MAX(400);
	struct row r;
	while (next_zone(&table, country, &r)) {
		if (b.n)
			crm_buf_z(&b, ", ");
		crm_buf_str(&b, r.zone);
	}
	enum crm_status st = crm_err_set(err, CRM_NOTFOUND, "zone.several",
	    _("several time zones in '%.2s': %.*s%s"), country,
	    CRM_FMT(crm_buf_view(&b)), b.over ? ", …" : "");
	crm_buf_release(&b);
	return st;
}

/* The work of crm_zone_of_country for a country in capitals. */
static enum crm_status
find(const char code[3], struct crm_str region, const struct crm_zone **out,
    struct crm_err *err)
{
	struct crm_str table = zone_table(), rest = table, zone = { 0 };
	struct crm_buf b = { 0 };
	struct row r;
	size_t n = 0;
	if (table.n == 0)
		return crm_err_set(err, CRM_NOTFOUND, "zone.database",
		    _("no time zone database at '%s'"), "/usr/share/zoneinfo");
	while (next_zone(&rest, code, &r)) {
		zone = r.zone;
		n++;
	}
	if (n == 0)
		return crm_err_set(err, CRM_NOTFOUND, "zone.country",
		    _("no time zone of a country '%s'"), code);
	if (n > 1) {
		crm_fold_text(&b, region);
		zone = shipped(code, crm_buf_view(&b));
		if (!zone.n)
			zone = by_database(table, code, crm_buf_view(&b));
		if (!zone.n)
			zone = shipped(code, CRM_STR("*"));
		crm_buf_release(&b);
	}
	return zone.n ? crm_zone_get(zone, out, err) :
	    several(table, code, err);
}

/* Answers are kept, up to a few thousand: records name the same places over
 * and over, and a search costs some 20 microseconds. */
struct answers {
	pthread_mutex_t lock;
	struct crm_map map;
};

static struct answers *
answers(void)
{
	static struct answers a = { .lock = PTHREAD_MUTEX_INITIALIZER };
	return &a;
}

enum crm_status
crm_zone_of_country(struct crm_str country, struct crm_str region,
    const struct crm_zone **out, struct crm_err *err)
{
	struct answers *a = answers();
	char key[128], code[3] = "";
	enum crm_status st = crm_zone_get(CRM_STR("UTC"), out, err);
	if (st != CRM_OK)
		return st;
	for (size_t i = 0; i < country.n && country.n == 2; i++)
		code[i] = country.p[i] >= 'a' && country.p[i] <= 'z' ?
		    (char)(country.p[i] - 32) : country.p[i];
	if (code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z')
		return crm_err_set(err, CRM_NOTFOUND, "zone.country",
		    _("no time zone of a country '%.*s'"),
		    (int)(country.n < 20 ? country.n : 20),
		    country.n ? country.p : "");
	region = crm_str_sub(region, 0, sizeof(key) - 2);
	memcpy(key, code, 2);
	if (region.n)
		memcpy(key + 2, region.p, region.n);
	struct crm_str k = { key, 2 + region.n };
	pthread_mutex_lock(&a->lock);
	struct crm_map_entry *e = crm_map_get(&a->map, k);
	if (e) {
		*out = e->v.p;
	} else {
		st = find(code, region, out, err);
		if (st == CRM_OK && a->map.n < 4096)
			crm_map_put(&a->map, k, NULL)->v.p = (void *)*out;
	}
	pthread_mutex_unlock(&a->lock);
	return st;
}

size_t
crm_zones_of_country(struct crm_str country, const struct crm_zone **out,
    size_t max)
{
	struct crm_str table = zone_table();
	struct row r;
	size_t n = 0;
	while (country.n == 2 && n < max && next_zone(&table, country.p, &r))
		if (crm_zone_get(r.zone, &out[n], NULL) == CRM_OK)
			n++;
	return n;
}
