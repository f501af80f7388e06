#include "model/overlay.h"
#include "base/mem.h"
#include "format/json.h"

enum { MAX_DEPTH = 8, MAX_FILE = 8 << 20 };

static bool
element_name(struct crm_str val, struct crm_str *name)
{
	return crm_json_kind(val) == '{' &&
	    crm_json_get(val, CRM_STR("name"), name) &&
	    crm_json_is_string(*name);
}

/* The element of a list with this (raw) name. */
static bool
find_named(struct crm_str list, struct crm_str name, struct crm_str *out)
{
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str key, other;
	while (crm_json_next(&it, &key, out))
		if (element_name(*out, &other) && crm_str_eq(other, name))
			return true;
	return false;
}

static bool
all_named(struct crm_str list)
{
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str key, val, name;
	size_t n = 0;
	while (crm_json_next(&it, &key, &val)) {
		if (!element_name(val, &name))
			return false;
		n++;
	}
	return n > 0;
}

static void merge(struct crm_str a, struct crm_str b, struct crm_buf *out);

static void
merge_lists(struct crm_str a, struct crm_str b, struct crm_buf *out)
{
	struct crm_json_iter it = crm_json_iter(a);
	struct crm_str key, val, name, other;
	crm_buf_c(out, '[');
	while (crm_json_next(&it, &key, &val)) {
		crm_json_comma(out);
		if (element_name(val, &name) && find_named(b, name, &other))
			merge(val, other, out);
		else
			crm_buf_str(out, val);
	}
	it = crm_json_iter(b);
	while (crm_json_next(&it, &key, &val)) {
		if (element_name(val, &name) && find_named(a, name, &other))
			continue;
		crm_json_comma(out);
		crm_buf_str(out, val);
	}
	crm_buf_c(out, ']');
}

/* Appends a merged with b, which wins: objects by member, null removes; lists
 * of objects that have a "name" by that name; all else is replaced. Recursion
 * is bounded by the depth that both texts passed when scanned. */
static void
merge(struct crm_str a, struct crm_str b, struct crm_buf *out)
{
	struct crm_str key, val, other;
	if (crm_json_kind(a) == '[' && crm_json_kind(b) == '[' &&
	    all_named(a) && all_named(b)) {
		merge_lists(a, b, out);
		return;
	}
	if (crm_json_kind(a) != '{' || crm_json_kind(b) != '{') {
		crm_buf_str(out, b);
		return;
	}
	crm_buf_c(out, '{');
	struct crm_json_iter it = crm_json_iter(a);
	while (crm_json_next(&it, &key, &val)) {
		bool both = crm_json_raw_get(b, key, &other);
		if (both && crm_json_kind(other) == 'n')
			continue;
		crm_json_raw_key(out, key);
		if (both)
			merge(val, other, out);
		else
			crm_buf_str(out, val);
	}
	it = crm_json_iter(b);
	while (crm_json_next(&it, &key, &val)) {
		if (crm_json_kind(val) == 'n' || crm_json_raw_get(a, key, &other))
			continue;
		crm_json_raw_key(out, key);
		crm_buf_str(out, val);
	}
	crm_buf_c(out, '}');
}

static void
without(struct crm_str object, const char *name, struct crm_buf *out)
{
	struct crm_json_iter it = crm_json_iter(object);
	struct crm_str key, val;
	crm_buf_c(out, '{');
	while (crm_json_next(&it, &key, &val)) {
		if (crm_str_is(key, name))
			continue;
		crm_json_raw_key(out, key);
		crm_buf_str(out, val);
	}
	crm_buf_c(out, '}');
}

void
crm_overlay_apply(struct crm_str base, struct crm_str name,
    struct crm_buf *out)
{
	struct crm_buf plain = { 0 };
	struct crm_str all, one;
	without(base, "overlays", &plain);
	if (name.n && crm_json_get(base, CRM_STR("overlays"), &all) &&
	    crm_json_kind(all) == '{' && crm_json_get(all, name, &one))
		merge(crm_buf_view(&plain), one, out);
	else
		crm_buf_str(out, crm_buf_view(&plain));
	crm_buf_release(&plain);
}

struct loader {
	const char *dir;
	struct crm_err *err;
	int depth;
};

static enum crm_status load(struct loader *l, const char *path,
    struct crm_buf *out);

static enum crm_status
unreadable(const char *path, struct crm_err *err)
{
	enum crm_status st = crm_err_sys(err, "overlay.read",
	    _("cannot be read"));
	if (err)
		snprintf(err->source, sizeof(err->source), "%s", path);
	return st;
}

static enum crm_status
bad(struct loader *l, const char *path, const char *id, const char *msg)
{
	if (l->err) {
		snprintf(l->err->source, sizeof(l->err->source), "%s", path);
		l->err->line = 0;
	}
	return crm_err_set(l->err, CRM_INVALID, id, "%s", msg);
}

/* Where an included file lies: beside the including one, else in dir. */
static void
include_path(struct loader *l, const char *from, struct crm_str name,
    struct crm_buf *path)
{
	const char *slash = strrchr(from, '/');
	crm_buf_clear(path);
	if (name.n && name.p[0] != '/' && slash)
		crm_buf_add(path, from, (size_t)(slash - from) + 1);
	crm_buf_str(path, name);
	FILE *f = fopen(crm_buf_cstr(path), "re");
	if (f) {
		fclose(f);
	} else if (l->dir && name.n && name.p[0] != '/') {
		crm_buf_clear(path);
		crm_buf_z(path, l->dir);
		crm_buf_c(path, '/');
		crm_buf_str(path, name);
	}
}

static enum crm_status
include(struct loader *l, const char *from, struct crm_str val,
    struct crm_buf *sum)
{
	struct crm_buf name = { 0 }, path = { 0 }, one = { 0 }, both = { 0 };
	enum crm_status st = CRM_OK;
	if (!crm_json_is_string(val))
		return bad(l, from, "overlay.include",
		    _("'include' takes a file name or a list of them"));
	crm_json_unescape(&name, crm_json_inner(val));
	include_path(l, from, crm_buf_view(&name), &path);
	st = load(l, crm_buf_cstr(&path), &one);
	if (!st) {
		merge(crm_buf_view(sum), crm_buf_view(&one),
		    &both);
		crm_buf_clear(sum);
		crm_buf_str(sum, crm_buf_view(&both));
	}
	crm_buf_release(&name);
	crm_buf_release(&path);
	crm_buf_release(&one);
	crm_buf_release(&both);
	return st;
}

static enum crm_status
include_all(struct loader *l, const char *from, struct crm_str val,
    struct crm_buf *sum)
{
	if (crm_json_kind(val) != '[')
		return include(l, from, val, sum);
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, one;
	while (crm_json_next(&it, &key, &one)) {
		enum crm_status st = include(l, from, one, sum);
		if (st)
			return st;
	}
	return CRM_OK;
}

static enum crm_status
read_object(struct loader *l, const char *path, struct crm_buf *out)
{
	struct crm_buf raw = CRM_BUF_MAX(MAX_FILE);
	struct crm_json_limits lim = { .line = MAX_FILE };
	enum crm_status st = CRM_OK;
	if (crm_buf_read_file(&raw, path) != 0) {
		st = unreadable(path, l->err);
	} else {
		struct crm_str text = crm_str_trim(crm_buf_view(&raw));
		st = crm_json_check(text, &lim, l->err);
		if (st && l->err)
			snprintf(l->err->source, sizeof(l->err->source), "%s",
			    path);
		if (!st && crm_json_kind(text) != '{')
			st = bad(l, path, "overlay.syntax",
			    _("a JSON object expected"));
		if (!st)
			crm_json_canon(out, text);
	}
	crm_buf_release(&raw);
	return st;
}

static enum crm_status
load(struct loader *l, const char *path, struct crm_buf *out)
{
	struct crm_buf own = { 0 }, sum = { 0 }, plain = { 0 };
	struct crm_str val;
	if (l->depth == MAX_DEPTH)
		return bad(l, path, "overlay.include",
		    _("included too deeply: does it include itself?"));
	l->depth++;
	enum crm_status st = read_object(l, path, &own);
	crm_buf_z(&sum, "{}");
	if (!st && crm_json_get(crm_buf_view(&own), CRM_STR("include"), &val))
		st = include_all(l, path, val, &sum);
	if (!st) {
		without(crm_buf_view(&own), "include", &plain);
		merge(crm_buf_view(&sum), crm_buf_view(&plain),
		    out);
	}
	l->depth--;
	crm_buf_release(&own);
	crm_buf_release(&sum);
	crm_buf_release(&plain);
	return st;
}

void
crm_overlay_path(const char *word, const char *dir, struct crm_buf *out)
{
	if (strchr(word, '/') || strchr(word, '.'))
		crm_buf_z(out, word);
	else
		crm_buf_printf(out, "%s/%s.json", dir, word);
}

enum crm_status
crm_overlay_load(const char *path, const char *dir, struct crm_buf *out,
    struct crm_err *err)
{
	struct loader l = { .dir = dir, .err = err };
	return load(&l, path, out);
}

enum crm_status
crm_overlay_text(const char *path, const char *dir, struct crm_buf *out,
    bool *differs, struct crm_err *err)
{
	struct crm_buf text = CRM_BUF_MAX(MAX_FILE);
	struct crm_json_limits lim = { .line = MAX_FILE };
	enum crm_status st = CRM_OK;
	struct crm_str val;
	if (crm_buf_read_file(&text, path) != 0)
		st = unreadable(path, err);
	struct crm_str s = crm_str_trim(crm_buf_view(&text));
	bool object = !st && !crm_json_check(s, &lim, NULL) &&
	    crm_json_kind(s) == '{';
	if (object && crm_json_get(s, CRM_STR("include"), &val)) {
		st = crm_overlay_load(path, dir, out, err);
		s = crm_buf_view(out);
	} else if (!st) {
		crm_buf_str(out, crm_buf_view(&text));
	}
	*differs = object && !st && crm_json_get(s, CRM_STR("overlays"), &val);
	crm_buf_release(&text);
	return st;
}
