#include "base/zone.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/time.h"
#include "base/tzif.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

#define ZONEINFO "/usr/share/zoneinfo/"

struct cache {
	pthread_mutex_t lock;
	struct crm_map zones;
};

/* Zones live as long as the process: records, schemas and threads borrow them
 * without counting. There are only as many as the database has. */
static struct cache *
cache(void)
{
	static struct cache c = { .lock = PTHREAD_MUTEX_INITIALIZER };
	return &c;
}

static const struct crm_zone *
utc(void)
{
	static const struct crm_zone z = { .name = "UTC" };
	return &z;
}

/* "+02:00", "-0530", "+02" as seconds east. */
static bool
fixed_offset(struct crm_str s, int32_t *seconds)
{
	int d[4] = { 0 }, n = 0;
	if (s.n < 3 || (s.p[0] != '+' && s.p[0] != '-'))
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == ':' && i == 3 && s.n == 6)
			continue;
		if (n == 4 || s.p[i] < '0' || s.p[i] > '9')
			return false;
		d[n++] = s.p[i] - '0';
	}
	int h = d[0] * 10 + d[1], m = d[2] * 10 + d[3];
	*seconds = (h * 60 + m) * (s.p[0] == '-' ? -60 : 60);
	return (n == 2 || n == 4) && h <= 23 && m <= 59;
}

/* Names as the database has them: parts of letters, digits, + - _ that begin
 * with a letter or a digit. Nothing else reaches the file system. */
static bool
sane_name(struct crm_str s)
{
	bool first = true;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool alnum = ((c | 32) >= 'a' && (c | 32) <= 'z') ||
		    (c >= '0' && c <= '9');
		if (first ? !alnum : !alnum && !strchr("+-_/", c))
			return false;
		first = c == '/';
	}
	return s.n > 0 && s.n < sizeof(((struct crm_zone *)0)->name) && !first;
}

static void
zone_free(struct crm_zone *z)
{
	if (!z)
		return;
	free(z->at);
	free(z->type);
	free(z);
}

static struct crm_zone *
zone_new(struct crm_str name)
{
	struct crm_zone *z = crm_zalloc(sizeof(*z));
	if (name.n)
		memcpy(z->name, name.p, name.n);
	return z;
}

/* NULL with errno (0: the file is no zone). */
static struct crm_zone *
read_zone(const char *path, struct crm_str name)
{
	struct crm_buf b = CRM_BUF_MAX(1 << 20);
	struct crm_zone *z = NULL;
	if (crm_buf_read_file(&b, path) < 0)
		goto done;
	z = zone_new(name);
	if (!crm_tzif_parse(z, crm_buf_view(&b))) {
		zone_free(z);
		z = NULL;
		errno = 0;
	}
done:
	crm_buf_release(&b);
	return z;
}

static enum crm_status
load(struct crm_str name, struct crm_zone **out, struct crm_err *err)
{
	int32_t seconds;
	if (fixed_offset(name, &seconds)) {
		*out = zone_new(name);
		(*out)->offset[0] = seconds;
		return CRM_OK;
	}
	char path[sizeof(ZONEINFO) + 64];
	snprintf(path, sizeof(path), ZONEINFO "%.*s", CRM_FMT(name));
	*out = read_zone(path, name);
	if (*out)
		return CRM_OK;
	if (errno != 0 && errno != ENOENT && errno != ENOTDIR &&
	    errno != EISDIR)
		return crm_err_sys(err, "zone.read", _("cannot read '%s'"),
		    path);
	if (access(ZONEINFO, F_OK) < 0)
		return crm_err_set(err, CRM_NOTFOUND, "zone.database",
		    _("no time zone database at '%s'"), ZONEINFO);
	return crm_err_set(err, CRM_NOTFOUND, "zone.unknown",
	    _("no time zone '%.*s'"), CRM_FMT(name));
}

enum crm_status
crm_zone_get(struct crm_str name, const struct crm_zone **out,
    struct crm_err *err)
{
	struct cache *c = cache();
	struct crm_zone *z;
	int32_t seconds;
	*out = utc();
	if (crm_str_is(name, "UTC") || crm_str_is(name, "Z") ||
	    crm_str_is(name, "GMT"))
		return CRM_OK;
	if (!sane_name(name) && !fixed_offset(name, &seconds)) {
		struct crm_str cut = crm_str_sub(name, 0, 64);
		return crm_err_set(err, CRM_NOTFOUND, "zone.unknown",
		    _("no time zone '%.*s'"), CRM_FMT(cut));
	}
	pthread_mutex_lock(&c->lock);
	struct crm_map_entry *e = crm_map_get(&c->zones, name);
	enum crm_status st = CRM_OK;
	if (e) {
		*out = e->v.p;
	} else if ((st = load(name, &z, err)) == CRM_OK) {
		crm_map_put(&c->zones, name, NULL)->v.p = z;
		*out = z;
	}
	pthread_mutex_unlock(&c->lock);
	return st;
}

/* The zone of /etc/localtime: by name where it is a link into the database,
 * so that a report can say it, else by content. */
static const struct crm_zone *
etc_localtime(void)
{
	char link[256];
	const struct crm_zone *z;
	ssize_t n = readlink("/etc/localtime", link, sizeof(link) - 1);
	if (n > 0) {
		link[n] = '\0';
		const char *at = strstr(link, "/zoneinfo/");
		if (at && crm_zone_get(crm_str_z(at + 10), &z, NULL) == CRM_OK)
			return z;
	}
	z = read_zone("/etc/localtime", CRM_STR("localtime"));
	return z ? z : utc();
}

/* TZ as POSIX has it: a name (with or without a colon), a path, or a rule. */
static const struct crm_zone *
zone_of_tz(struct crm_str tz)
{
	const struct crm_zone *z;
	struct crm_zone *own;
	if (tz.n && tz.p[0] == ':')
		tz = crm_str_sub(tz, 1, tz.n);
	if (tz.n && tz.p[0] == '/') {
		size_t at = strlen(ZONEINFO);
		if (crm_str_starts(tz, crm_str_z(ZONEINFO)))
			return zone_of_tz(crm_str_sub(tz, at, tz.n));
		z = read_zone(tz.p, CRM_STR("localtime"));
		return z ? z : utc();
	}
	if (crm_zone_get(tz, &z, NULL) == CRM_OK)
		return z;
	own = zone_new(CRM_STR("localtime"));
	if (crm_tzrule_parse(&own->rule, tz))
		return own;
	zone_free(own);
	return utc();
}

const struct crm_zone *
crm_zone_local(void)
{
	static const struct crm_zone *local;
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_mutex_lock(&lock);
	if (!local) {
		const char *tz = getenv("TZ");
		local = tz ? zone_of_tz(crm_str_z(tz)) : etc_localtime();
	}
	pthread_mutex_unlock(&lock);
	return local;
}

const char *
crm_zone_name(const struct crm_zone *z)
{
	return z ? z->name : utc()->name;
}

static int32_t
offset_at(const struct crm_zone *z, int64_t second)
{
	if (z->n == 0 || second < z->at[0])
		return z->n == 0 && z->rule.set ?
		    crm_tzrule_offset(&z->rule, second) : z->offset[0];
	size_t lo = 0, hi = z->n - 1;
	if (second >= z->at[hi]) {
		if (z->rule.set)
			return crm_tzrule_offset(&z->rule, second);
		return z->offset[z->type[hi]];
	}
	while (hi - lo > 1) {
		size_t mid = (lo + hi) / 2;
		if (z->at[mid] <= second)
			lo = mid;
		else
			hi = mid;
	}
	return z->offset[z->type[lo]];
}

static int64_t
floor_second(int64_t t)
{
	return t / CRM_SECOND - (t % CRM_SECOND < 0);
}

int32_t
crm_zone_offset(const struct crm_zone *z, int64_t t)
{
	return z ? offset_at(z, floor_second(t)) : 0;
}

/* t moved by seconds, held within the range of instants. */
static int64_t
shift(int64_t t, int64_t seconds)
{
	int64_t r;
	if (__builtin_mul_overflow(seconds, CRM_SECOND, &r) ||
	    __builtin_add_overflow(t, r, &r))
		return seconds < 0 ? INT64_MIN : INT64_MAX;
	return r;
}

/* The offsets a day before and a day after settle which instants a local time
 * can be (no zone changes twice within two days and back). In a gap the offset
 * before it holds, as RFC 5545 3.3.5 has it. */
int64_t
crm_zone_utc(const struct crm_zone *z, int64_t local)
{
	if (!z)
		return local;
	int32_t before = crm_zone_offset(z, shift(local, -86400 - 50400));
	int32_t after = crm_zone_offset(z, shift(local, 86400 + 43200));
	int64_t a = shift(local, -before), b = shift(local, -after);
	if (crm_zone_offset(z, a) == before || before == after)
		return a;
	return crm_zone_offset(z, b) == after ? b : a;
}

int64_t
crm_zone_midnight(const struct crm_zone *z, int32_t day)
{
	int64_t local;
	if (__builtin_mul_overflow((int64_t)day, CRM_DAY, &local))
		return day < 0 ? INT64_MIN : INT64_MAX;
	int64_t t = crm_zone_utc(z, local);
	if (!z || shift(t, crm_zone_offset(z, t)) == local)
		return t;
	/* midnight falls into a gap: the day begins at the change itself */
	int64_t hi = floor_second(t), lo = hi - 2 * 86400;
	int32_t now = offset_at(z, hi);
	while (hi - lo > 1) {
		int64_t mid = lo + (hi - lo) / 2;
		if (offset_at(z, mid) == now)
			hi = mid;
		else
			lo = mid;
	}
	return shift(0, hi);
}

int32_t
crm_zone_day(const struct crm_zone *z, int64_t t)
{
	int64_t local = shift(t, crm_zone_offset(z, t));
	return (int32_t)(local / CRM_DAY - (local % CRM_DAY < 0));
}
