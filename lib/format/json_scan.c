#include "format/json.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "format/json_run.h"
#include "format/json_tag.h"

struct scan {
	const char *p, *end, *start;
	struct crm_json_obj *obj;
	size_t ntags;
	unsigned depth, max_depth;
	size_t max_members;
	bool canon;
	struct crm_err *err;
};

static enum crm_status
fail(struct scan *s, const char *id, const char *what)
{
	return crm_err_set(s->err, CRM_INVALID, id, _("not JSON: %s at byte %zu"),
	    _(what), (size_t)(s->p - s->start) + 1);
}

static enum crm_status
syntax(struct scan *s, const char *what)
{
	return fail(s, "json.syntax", what);
}

static void
skip_space(struct scan *s)
{
	const char *p = s->p;
	while (p < s->end && (*p == ' ' || *p == '\t' || *p == '\n' ||
	    *p == '\r'))
		p++;
	if (p != s->p)
		s->canon = false;
	s->p = p;
}

static inline void
space(struct scan *s)
{
	if (s->p >= s->end || (unsigned char)*s->p <= ' ')
		skip_space(s);
}

/* True if \uXXXX is how canonical text writes this character: controls that
 * have no short form, with lower-case digits. */
static bool
canon_u(int c, const char *digits)
{
	if (c >= 0x20 || c == '\b' || c == '\f' || c == '\n' || c == '\r' ||
	    c == '\t')
		return false;
	for (int i = 0; i < 4; i++)
		if (digits[i] >= 'A' && digits[i] <= 'F')
			return false;
	return true;
}

/* At the backslash of an escape. */
static enum crm_status
escape(struct scan *s)
{
	const char *p = s->p + 1;
	if (p >= s->end)
		return syntax(s, N_("unfinished string"));
	if (*p != 'u') {
		if (!strchr("\"\\/bfnrt", *p) || !*p)
			return syntax(s, N_("unknown escape"));
		if (*p == '/')
			s->canon = false;
		s->p = p + 1;
		return CRM_OK;
	}
	int c = crm_json_hex4(p + 1, s->end);
	if (c < 0)
		return syntax(s, N_("bad \\u escape"));
	if (c == 0)
		return fail(s, "json.nul", N_("NUL character"));
	if (!canon_u(c, p + 1))
		s->canon = false;
	p += 5;
	if (c >= 0xd800 && c < 0xe000) {
		int low = s->end - p >= 6 && p[0] == '\\' && p[1] == 'u' ?
		    crm_json_hex4(p + 2, s->end) : -1;
		if (c >= 0xdc00 || low < 0xdc00 || low > 0xdfff)
			return fail(s, "json.surrogate",
			    N_("lone surrogate escape"));
		p += 6;
	}
	s->p = p;
	return CRM_OK;
}

/* At the opening quote; leaves s->p behind the closing one. */
static enum crm_status
string(struct scan *s, struct crm_str *inner, bool *esc)
{
	const char *from = ++s->p;
	bool any_esc = false;
	for (;;) {
		s->p = crm_json_plain_run(s->p, s->end);
		if (s->p >= s->end)
			return syntax(s, N_("unfinished string"));
		unsigned char c = (unsigned char)*s->p;
		if (c == '"')
			break;
		if (c == '\\') {
			any_esc = true;
			enum crm_status st = escape(s);
			if (st)
				return st;
		} else if (c < 0x20) {
			return c ? syntax(s, N_("control character in a string"))
			    : fail(s, "json.nul", N_("NUL character"));
		} else {
			size_t n;
			struct crm_str rest = { s->p, (size_t)(s->end - s->p) };
			uint32_t u = crm_utf8_decode(rest, &n);
			if (u == 0xfffd && n == 1)
				return fail(s, "json.utf8",
				    N_("invalid UTF-8"));
			s->p += n;
		}
	}
	*inner = (struct crm_str){ from, (size_t)(s->p - from) };
	*esc = any_esc;
	s->p++;
	return CRM_OK;
}

static void
digits(struct scan *s)
{
	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
}

static enum crm_status
number(struct scan *s)
{
	if (*s->p == '-')
		s->p++;
	if (s->p < s->end && *s->p == '0') {
		s->p++;
	} else {
		const char *from = s->p;
		digits(s);
		if (s->p == from)
			return syntax(s, N_("bad number"));
	}
	if (s->p < s->end && *s->p == '.') {
		const char *from = ++s->p;
		digits(s);
		if (s->p == from)
			return syntax(s, N_("bad number"));
	}
	if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		const char *from = s->p;
		digits(s);
		if (s->p == from)
			return syntax(s, N_("bad number"));
	}
	return CRM_OK;
}

static enum crm_status
word(struct scan *s, const char *w, size_t n)
{
	if ((size_t)(s->end - s->p) < n || memcmp(s->p, w, n) != 0)
		return syntax(s, N_("unknown word"));
	s->p += n;
	return CRM_OK;
}

static enum crm_status
duplicate(struct scan *s, struct crm_str key)
{
	return crm_err_set(s->err, CRM_INVALID, "json.duplicate",
	    _("not JSON: key '%.*s' is there twice"),
	    (int)(key.n < 100 ? key.n : 100), key.p);
}

/* Few keys: each was compared with those before it when it came. */
enum { FEW_KEYS = 32 };

static enum crm_status
check_many(struct scan *s, size_t base)
{
	struct crm_json_tag *t = s->obj->tags;
	if (s->ntags - base <= FEW_KEYS)
		return CRM_OK;
	qsort(t + base, s->ntags - base, sizeof(*t), crm_json_tag_order);
	for (size_t i = base + 1; i < s->ntags; i++)
		for (size_t k = i; k-- > base && t[k].tag == t[i].tag;)
			if (crm_json_tag_same(&t[k], &t[i]))
				return duplicate(s, t[i].key);
	return CRM_OK;
}

static enum crm_status
add_key(struct scan *s, size_t base, uint64_t *seen, struct crm_str key,
    bool esc)
{
	struct crm_json_obj *o = s->obj;
	size_t n = s->ntags - base;
	if (n >= s->max_members)
		return crm_err_set(s->err, CRM_INVALID, "json.members",
		    _("an object with more than %zu members"), s->max_members);
	crm_grow(&o->tags, &o->captags, s->ntags + 1, sizeof(*o->tags));
	struct crm_json_tag *t = &o->tags[s->ntags];
	*t = (struct crm_json_tag){ crm_json_tag_of(key, esc), key, esc };
	uint64_t bit = UINT64_C(1) << (t->tag >> 58);
	if (n < FEW_KEYS && (*seen & bit))
		for (size_t i = base; i < s->ntags; i++)
			if (crm_json_tag_same(&o->tags[i], t))
				return duplicate(s, key);
	*seen |= bit;
	s->ntags++;
	return CRM_OK;
}

static enum crm_status value(struct scan *s);

/* A key at the top: nothing to look up while they come as expected. With the
 * first other one the keys so far get their tags. */
static enum crm_status
add_top_key(struct scan *s, size_t base, uint64_t *seen, struct crm_str key,
    bool esc)
{
	struct crm_json_obj *o = s->obj;
	if (o->as_expected && o->n < o->nexpect && !esc &&
	    crm_str_eq(o->expect[o->n], key))
		return CRM_OK;
	if (o->as_expected) {
		o->as_expected = false;
		for (size_t i = 0; i < o->n; i++) {
			enum crm_status st = add_key(s, base, seen, o->m[i].key,
			    false);
			if (st)
				return st;
		}
	}
	return add_key(s, base, seen, key, esc);
}

/* The very bytes that the last text had here: a key that was checked then. */
static bool
is_expected(struct scan *s, struct crm_json_member *m)
{
	const struct crm_json_obj *o = s->obj;
	if (!o->as_expected || o->n >= o->nexpect)
		return false;
	struct crm_str k = o->expect[o->n];
	const char *p = s->p;
	if ((size_t)(s->end - p) < k.n + 3 || p[0] != '"' ||
	    p[k.n + 1] != '"' || p[k.n + 2] != ':' ||
	    memcmp(p + 1, k.p, k.n) != 0)
		return false;
	m->key = (struct crm_str){ p + 1, k.n };
	s->p = p + k.n + 3;
	return true;
}

static enum crm_status
member_key(struct scan *s, size_t base, uint64_t *seen, bool top,
    struct crm_json_member *m)
{
	if (top && is_expected(s, m))
		return CRM_OK;
	if (s->p >= s->end || *s->p != '"')
		return syntax(s, N_("key expected"));
	enum crm_status st = string(s, &m->key, &m->key_esc);
	if (!st)
		st = top ? add_top_key(s, base, seen, m->key, m->key_esc) :
		    add_key(s, base, seen, m->key, m->key_esc);
	if (st)
		return st;
	space(s);
	if (s->p >= s->end || *s->p != ':')
		return syntax(s, N_("':' expected"));
	s->p++;
	return CRM_OK;
}

static enum crm_status
member(struct scan *s, size_t base, uint64_t *seen, bool top)
{
	struct crm_json_member m = { 0 };
	enum crm_status st = member_key(s, base, seen, top, &m);
	if (st)
		return st;
	space(s);
	bool canon = s->canon;
	s->canon = true;
	m.val.p = s->p;
	st = value(s);
	if (st)
		return st;
	m.val.n = (size_t)(s->p - m.val.p);
	m.canon = s->canon;
	s->canon = canon && m.canon;
	if (top) {
		struct crm_json_obj *o = s->obj;
		if (o->n == o->cap)
			crm_grow(&o->m, &o->cap, o->n + 1, sizeof(*o->m));
		o->m[o->n++] = m;
	}
	return CRM_OK;
}

static enum crm_status
enter(struct scan *s)
{
	if (++s->depth > s->max_depth)
		return crm_err_set(s->err, CRM_INVALID, "json.depth",
		    _("nested deeper than %u"), s->max_depth);
	s->p++;
	space(s);
	return CRM_OK;
}

static enum crm_status
object(struct scan *s, bool top)
{
	size_t base = s->ntags;
	uint64_t seen = 0;	/* a bit for each key's tag: rarely a look back */
	enum crm_status st = enter(s);
	if (st)
		return st;
	if (s->p < s->end && *s->p == '}') {
		s->p++;
		s->depth--;
		return CRM_OK;
	}
	for (;;) {
		if (top && s->obj->as_expected &&
		    crm_json_plain_members(&s->p, s->end, s->obj))
			break;
		space(s);
		st = member(s, base, &seen, top);
		if (st)
			return st;
		space(s);
		if (s->p >= s->end)
			return syntax(s, N_("unfinished object"));
		if (*s->p == '}')
			break;
		if (*s->p != ',')
			return syntax(s, N_("',' or '}' expected"));
		s->p++;
	}
	s->p++;
	s->depth--;
	st = check_many(s, base);
	s->ntags = base;
	return st;
}

static enum crm_status
array(struct scan *s)
{
	enum crm_status st = enter(s);
	if (st)
		return st;
	if (s->p < s->end && *s->p == ']') {
		s->p++;
		s->depth--;
		return CRM_OK;
	}
	for (;;) {
		st = value(s);
		if (st)
			return st;
		space(s);
		if (s->p >= s->end)
			return syntax(s, N_("unfinished array"));
		if (*s->p == ']')
			break;
		if (*s->p != ',')
			return syntax(s, N_("',' or ']' expected"));
		s->p++;
		space(s);
	}
	s->p++;
	s->depth--;
	return CRM_OK;
}

/* Most strings are plain ASCII without escapes. */
static enum crm_status
string_value(struct scan *s)
{
	struct crm_str inner;
	bool esc;
	const char *p = crm_json_plain_run(s->p + 1, s->end);
	if (p >= s->end || *p != '"')
		return string(s, &inner, &esc);
	s->p = p + 1;
	return CRM_OK;
}

static enum crm_status
value(struct scan *s)
{
	if (s->p >= s->end)
		return syntax(s, N_("value expected"));
	switch (*s->p) {
	case '"':
		return string_value(s);
	case '{':
		return object(s, false);
	case '[':
		return array(s);
	case 't':
		return word(s, "true", 4);
	case 'f':
		return word(s, "false", 5);
	case 'n':
		return word(s, "null", 4);
	case '\0':
		return fail(s, "json.nul", N_("NUL character"));
	default:
		if (*s->p == '-' || (*s->p >= '0' && *s->p <= '9'))
			return number(s);
		return syntax(s, N_("value expected"));
	}
}

static enum crm_status
run(struct crm_str text, const struct crm_json_limits *lim, bool top,
    struct crm_json_obj *out, struct crm_err *err)
{
	struct scan s = { .p = text.p, .start = text.p, .end = text.p + text.n,
		.obj = out, .err = err, .canon = true,
		.max_depth = lim && lim->depth ? lim->depth : 64,
		.max_members = lim && lim->members ? lim->members : 4096 };
	size_t max = lim && lim->line ? lim->line : 1 << 20;
	out->n = 0;
	out->as_expected = top && out->expect;
	if (out->as_expected && out->nexpect > out->cap)
		crm_grow(&out->m, &out->cap, out->nexpect, sizeof(*out->m));
	if (text.n > max)
		return crm_err_set(err, CRM_INVALID, "json.line",
		    _("longer than %zu bytes"), max);
	if (text.n == 0)
		return crm_err_set(err, CRM_INVALID, "json.syntax",
		    _("not JSON: nothing there"));
	space(&s);
	enum crm_status st;
	if (top && (s.p >= s.end || *s.p != '{'))
		return syntax(&s, N_("an object '{' expected"));
	st = top ? object(&s, true) : value(&s);
	if (st)
		return st;
	space(&s);
	if (s.p != s.end)
		return *s.p ? syntax(&s, N_("text behind the value")) :
		    fail(&s, "json.nul", N_("NUL character"));
	out->canon = s.canon;
	out->as_expected = out->as_expected && out->n == out->nexpect;
	return CRM_OK;
}

enum crm_status
crm_json_scan(struct crm_str text, const struct crm_json_limits *lim,
    struct crm_json_obj *out, struct crm_err *err)
{
	return run(text, lim, true, out, err);
}

enum crm_status
crm_json_check(struct crm_str text, const struct crm_json_limits *lim,
    struct crm_err *err)
{
	struct crm_json_obj o = { 0 };
	enum crm_status st = run(text, lim, false, &o, err);
	crm_json_obj_release(&o);
	return st;
}

void
crm_json_obj_release(struct crm_json_obj *o)
{
	free(o->m);
	free(o->tags);
	*o = (struct crm_json_obj){ 0 };
}
