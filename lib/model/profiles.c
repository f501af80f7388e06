#include "model/profiles.h"

#include "format/csv.h"

#include <dirent.h>
#include <errno.h>

static enum crm_status
load_one(struct crm_profiles *set, const char *dir, const char *file,
    struct crm_err *err)
{
	struct crm_buf path = { 0 }, text = CRM_BUF_MAX(1 << 20);
	crm_buf_printf(&path, "%s/profiles/%s", dir, file);
	enum crm_status st = CRM_OK;
	if (crm_buf_read_file(&text, crm_buf_cstr(&path))) {
		st = errno == ENOENT ? crm_err_set(err, CRM_NOTFOUND,
		    "profile.unknown", _("no such profile")) :
		    crm_err_sys(err, "profile.read", "%s",
		    crm_buf_cstr(&path));
		goto done;
	}
	crm_grow(&set->p, &set->cap, set->n + 1, sizeof(*set->p));
	st = crm_profile_load(crm_buf_view(&text), &set->p[set->n], err);
	if (!st)
		set->n++;
	else if (err)
		snprintf(err->source, sizeof(err->source), "%s",
		    crm_buf_cstr(&path));
done:
	crm_buf_release(&path);
	crm_buf_release(&text);
	return st;
}

static int
is_profile(const struct dirent *e)
{
	size_t n = strlen(e->d_name);
	return n > 5 && e->d_name[0] != '.' &&
	    !strcmp(e->d_name + n - 5, ".json");
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* "salesforce-contact" lies in salesforce.json. */
static enum crm_status
load_named(struct crm_profiles *set, const char *dir, const char *name,
    struct crm_err *err)
{
	char file[128];
	size_t n = strlen(name);
	if (n > 100 || strchr(name, '/') || *name == '.')
		return crm_err_set(err, CRM_NOTFOUND, "profile.unknown",
		    _("no such profile"));
	for (; n > 0; n--) {
		if (name[n] != '\0' && name[n] != '-')
			continue;
		snprintf(file, sizeof(file), "%.*s.json", (int)n, name);
		enum crm_status st = load_one(set, dir, file, err);
		if (st != CRM_NOTFOUND)
			return st;
	}
	return CRM_NOTFOUND;
}

enum crm_status
crm_profiles_load(struct crm_profiles *set, const char *dir, const char *name,
    struct crm_err *err)
{
	struct dirent **list;
	struct crm_buf path = { 0 };
	enum crm_status st = name ? load_named(set, dir, name, err) : CRM_OK;
	if (name && st != CRM_NOTFOUND)
		return st;
	crm_buf_printf(&path, "%s/profiles", dir);
	int n = scandir(crm_buf_cstr(&path), &list, is_profile, by_bytes);
	if (n < 0)
		st = crm_err_sys(err, "profile.read", "%s",
		    crm_buf_cstr(&path));
	struct crm_near near;
	if (name)
		crm_near_init(&near, crm_str_z(name));
	for (int i = 0; i < n; i++) {
		struct crm_str file = crm_str_z(list[i]->d_name);
		if (name)
			crm_near_try(&near, crm_str_sub(file, 0, file.n - 5));
		else if (!st)
			st = load_one(set, dir, list[i]->d_name, err);
	}
	struct crm_str best = { NULL, 0 };
	if (name && n >= 0)
		best = crm_near_best(&near);
	if (name && n >= 0)
		st = best.n ? crm_err_set(err, CRM_USAGE, "profile.unknown",
		    _("no profile '%s': did you mean '%.*s'?"), name,
		    CRM_FMT(best)) : crm_err_set(err, CRM_USAGE,
		    "profile.unknown", _("no profile '%s': see "
		    "--list-profiles"), name);
	for (int i = 0; i < n; i++)
		free(list[i]);
	if (n >= 0)
		free(list);
	crm_buf_release(&path);
	return st;
}

void
crm_profiles_release(struct crm_profiles *set)
{
	for (size_t i = 0; i < set->n; i++)
		crm_profile_free(set->p[i]);
	free(set->p);
	*set = (struct crm_profiles){ 0 };
}

const struct crm_profile *
crm_profiles_get(const struct crm_profiles *set, struct crm_str name,
    const struct crm_object **object)
{
	*object = NULL;
	for (size_t i = 0; i < set->n; i++) {
		const struct crm_profile *p = set->p[i];
		if (crm_str_eq(p->name, name))
			return p;
		if (!crm_str_starts(name, p->name) ||
		    name.p[p->name.n] != '-')
			continue;
		struct crm_str rest = crm_str_sub(name, p->name.n + 1, name.n);
		for (size_t k = 0; k < p->nobjects; k++) {
			if (!crm_str_eq(p->objects[k].name, rest))
				continue;
			*object = &p->objects[k];
			return p;
		}
	}
	return NULL;
}

/* How many of the headers the object's columns know. */
static size_t
count_known(const struct crm_object *o, const struct crm_str *folded,
    size_t n)
{
	size_t known = 0;
	unsigned group;
	for (size_t i = 0; i < n; i++)
		known += crm_object_column(o, folded[i], 0, &group) != NULL;
	return known;
}

static void
name_candidate(struct crm_buf *b, const struct crm_object *o)
{
	crm_buf_printf(b, "%s%.*s-%.*s", b->n ? ", " : "",
	    CRM_FMT(o->profile->name), CRM_FMT(o->name));
}

struct candidates {
	size_t found, best;	/* how many know `best` of the columns */
	struct crm_buf names;
	const struct crm_object *out;
};

static void
look_through(const struct crm_profile *p, const struct crm_str *folded,
    size_t n, struct crm_str type, const char *format, bool strict,
    struct candidates *c)
{
	if (!crm_str_is(p->format, format) && !crm_str_is(p->format, "any"))
		return;
	for (size_t k = 0; k < p->nobjects; k++) {
		const struct crm_object *o = &p->objects[k];
		if ((type.n && !crm_str_eq(type, o->type)) ||
		    (strict && !crm_object_fits(o, folded, n)))
			continue;
		size_t known = count_known(o, folded, n);
		if (crm_object_sure(o, folded, n))
			known += CRM_CSV_MAX_COLUMNS;
		if (known < c->best)
			continue;
		if (known > c->best) {
			c->found = 0;
			crm_buf_clear(&c->names);
		}
		c->best = known;
		c->found++;
		name_candidate(&c->names, o);
		c->out = o;
	}
}

enum crm_status
crm_profiles_sniff(const struct crm_profiles *set,
    const struct crm_profile *only, const struct crm_str *headers, size_t n,
    struct crm_str type, const char *format, const struct crm_object **out,
    struct crm_err *err)
{
	struct crm_arena mem = { 0 };
	struct crm_str *f = crm_arena_alloc(&mem, (n + 1) * sizeof(*f));
	struct crm_buf b = { 0 };
	struct candidates c = { .found = 0 };
	for (size_t i = 0; i < n; i++) {
		crm_buf_clear(&b);
		crm_header_fold(&b, headers[i]);
		f[i] = crm_arena_str(&mem, crm_buf_view(&b));
	}
	/* `only` may be a profile of the user's own, outside of the set; a file
	 * for it that was cut down is known by its columns */
	for (size_t i = 0; i < (only ? 1 : set->n); i++)
		look_through(only ? only : set->p[i], f, n, type, format,
		    true, &c);
	if (only && !c.found) {
		c.best = 2;
		look_through(only, f, n, type, format, false, &c);
	}
	*out = c.out;
	enum crm_status st = c.found == 1 ? CRM_OK : CRM_NOTFOUND;
	if (c.found > 1)
		st = crm_err_set(err, CRM_CONFLICT, "profile.ambiguous",
		    _("the header fits several profiles (%s): name one with "
		    "-p"), crm_buf_cstr(&c.names));
	crm_arena_release(&mem);
	crm_buf_release(&b);
	crm_buf_release(&c.names);
	return st;
}
