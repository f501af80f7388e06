#include "cli/opt.h"

#include <errno.h>

#include "base/mem.h"

void
crm_list_release(struct crm_list *l)
{
	free(l->v);
	*l = (struct crm_list){ 0 };
}

bool
crm_opt_size(const char *text, uint64_t *out)
{
	static const char units[] = "KMGT";
	uint64_t v = 0;
	const char *p = text;
	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, *p - '0', &v))
			return false;
	if (p == text)
		return false;
	const char *u = *p ? strchr(units, *p & ~32) : NULL;
	if (u) {
		int shift = 10 * (int)(u - units + 1);
		if (v > UINT64_MAX >> shift)
			return false;
		v <<= shift;
		p++;
		if (*p == 'i')
			p++;
	}
	if (u && (*p == 'B' || *p == 'b'))
		p++;
	*out = v;
	return *p == '\0';
}

static bool
parse_number(const char *text, int64_t *out)
{
	if (*text < '0' || *text > '9')
		return false;
	char *end;
	errno = 0;
	long long v = strtoll(text, &end, 10);
	*out = v;
	return errno == 0 && *end == '\0';
}

static bool
parse_real(const char *text, double *out)
{
	if (!strchr("0123456789.", *text) || !*text)
		return false;
	char *end;
	errno = 0;
	double v = strtod(text, &end);
	*out = v;
	return errno == 0 && *end == '\0' && v < 1e300;
}

static void
list_add(const struct crm_opt *o, const char *value)
{
	struct crm_list *l = o->to;
	crm_grow(&l->v, &l->cap, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = (struct crm_list_item){ o->name, value };
}

/* The index of value among the choices, -1 where it is none; err then names
 * them. */
static int
choice(const struct crm_opt *o, const char *value, struct crm_err *err)
{
	struct crm_near near;
	crm_near_init(&near, crm_str_z(value));
	struct crm_buf all = { 0 };
	for (int i = 0; o->choices[i]; i++) {
		if (strcmp(o->choices[i], value) == 0) {
			crm_buf_release(&all);
			return i;
		}
		crm_near_try(&near, crm_str_z(o->choices[i]));
		crm_buf_printf(&all, "%s%s", i ? ", " : "", o->choices[i]);
	}
	struct crm_str best = crm_near_best(&near);
	if (best.n)
		crm_err_set(err, CRM_USAGE, "usage.value",
		    _("--%s: '%s' is none of its values; did you mean '%.*s'?"),
		    o->name, value, CRM_FMT(best));
	else
		crm_err_set(err, CRM_USAGE, "usage.value",
		    _("--%s: '%s' is none of its values: %s"), o->name, value,
		    crm_buf_cstr(&all));
	crm_buf_release(&all);
	return -1;
}

static enum crm_status
bad_value(const struct crm_opt *o, const char *value, const char *wanted,
    struct crm_err *err)
{
	return crm_err_set(err, CRM_USAGE, "usage.value",
	    _("--%s: '%s' is not %s"), o->name, value, wanted);
}

static enum crm_status
store_value(const struct crm_opt *o, const char *value, struct crm_err *err)
{
	int i = 0;
	if (o->choices && *value && (i = choice(o, value, err)) < 0)
		return CRM_USAGE;
	switch (o->kind) {
	case CRM_OPT_FLAG:
		*(bool *)o->to = true;
		return CRM_OK;
	case CRM_OPT_COUNT:
		++*(int *)o->to;
		return CRM_OK;
	case CRM_OPT_SET:
		*(int *)o->to = o->value;
		return CRM_OK;
	case CRM_OPT_CHOICE:
		if (!*value && choice(o, value, err) < 0)
			return CRM_USAGE;
		*(int *)o->to = i;
		return CRM_OK;
	case CRM_OPT_TEXT:
	case CRM_OPT_MAYBE:
		*(const char **)o->to = value;
		return CRM_OK;
	case CRM_OPT_LIST:
		list_add(o, o->arg ? value : NULL);
		return CRM_OK;
	case CRM_OPT_NUMBER:
		return parse_number(value, o->to) ? CRM_OK :
		    bad_value(o, value, _("a whole number"), err);
	case CRM_OPT_REAL:
		return parse_real(value, o->to) ? CRM_OK :
		    bad_value(o, value, _("a number"), err);
	case CRM_OPT_SIZE:
		return crm_opt_size(value, o->to) ? CRM_OK :
		    bad_value(o, value, _("a size such as 64M"), err);
	}
	return CRM_OK;
}

/* What the rows' numbers and choices were before the first option. */
struct before {
	size_t size;
	unsigned char bytes[sizeof(uint64_t)];
};

static size_t
size_of(enum crm_opt_kind kind)
{
	switch (kind) {
	case CRM_OPT_NUMBER:
	case CRM_OPT_SIZE:
		return sizeof(uint64_t);
	case CRM_OPT_REAL:
		return sizeof(double);
	case CRM_OPT_CHOICE:
	case CRM_OPT_SET:
		return sizeof(int);
	default:
		return 0;
	}
}

static struct before *
keep_defaults(const struct crm_opt *const *tables)
{
	size_t n = 0, i = 0;
	for (const struct crm_opt *const *t = tables; *t; t++)
		for (const struct crm_opt *o = *t; o->name; o++)
			n++;
	struct before *all = crm_calloc(n + 1, sizeof(*all));
	for (; *tables; tables++)
		for (const struct crm_opt *o = *tables; o->name; o++, i++) {
			all[i].size = size_of(o->kind);
			memcpy(all[i].bytes, o->to, all[i].size);
		}
	return all;
}

/* The items of one row's name are taken out of a list that rows share. */
static void
list_drop(struct crm_list *l, const char *name)
{
	size_t n = 0;
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].name, name) != 0)
			l->v[n++] = l->v[i];
	l->n = n;
}

struct parser {
	const struct crm_opt *const *tables;
	struct before *before;	/* a row each */
	char *const *argv;
	int argc, i;
	struct crm_err *err;
};

static const struct before *
before_of(const struct parser *p, const struct crm_opt *o)
{
	const struct before *b = p->before;
	for (const struct crm_opt *const *t = p->tables; *t; t++)
		for (const struct crm_opt *r = *t; r->name; r++, b++)
			if (r == o)
				return b;
	return b;
}

/* What --no-NAME does. */
static void
negate(const struct parser *p, const struct crm_opt *o)
{
	const struct before *b = before_of(p, o);
	switch (o->kind) {
	case CRM_OPT_FLAG:
		*(bool *)o->to = false;
		break;
	case CRM_OPT_COUNT:
		*(int *)o->to = 0;
		break;
	case CRM_OPT_TEXT:
	case CRM_OPT_MAYBE:
		*(const char **)o->to = NULL;
		break;
	case CRM_OPT_LIST:
		list_drop(o->to, o->name);
		break;
	case CRM_OPT_NUMBER:
		if (o->flags & CRM_OPT_ZERO) {
			*(int64_t *)o->to = 0;
			break;
		}
		/* fallthrough */
	case CRM_OPT_CHOICE:
	case CRM_OPT_REAL:
	case CRM_OPT_SIZE:
		memcpy(o->to, b->bytes, b->size);
		break;
	case CRM_OPT_SET:
		if (*(int *)o->to == o->value)
			memcpy(o->to, b->bytes, b->size);
		break;
	}
}

static bool
takes_value(const struct crm_opt *o)
{
	return o->arg && o->kind != CRM_OPT_MAYBE && o->kind != CRM_OPT_FLAG &&
	    o->kind != CRM_OPT_COUNT && o->kind != CRM_OPT_SET;
}

static const struct crm_opt *
by_letter(const struct crm_opt *const *tables, char c)
{
	for (; *tables; tables++)
		for (const struct crm_opt *o = *tables; o->name; o++)
			if (o->letter == c)
				return o;
	return NULL;
}

static const struct crm_opt *
by_name(const struct crm_opt *const *tables, struct crm_str name)
{
	for (; *tables; tables++)
		for (const struct crm_opt *o = *tables; o->name; o++)
			if (crm_str_is(name, o->name))
				return o;
	return NULL;
}

static enum crm_status
unknown(const struct crm_opt *const *tables, struct crm_str name,
    struct crm_err *err)
{
	struct crm_near near;
	crm_near_init(&near, name);
	for (; *tables; tables++)
		for (const struct crm_opt *o = *tables; o->name; o++)
			if (!(o->flags & CRM_OPT_HIDDEN))
				crm_near_try(&near, crm_str_z(o->name));
	struct crm_str best = crm_near_best(&near);
	if (best.n)
		return crm_err_set(err, CRM_USAGE, "usage.option",
		    _("unknown option '--%.*s'; did you mean '--%.*s'?"),
		    CRM_FMT(name), CRM_FMT(best));
	return crm_err_set(err, CRM_USAGE, "usage.option",
	    _("unknown option '--%.*s'"), CRM_FMT(name));
}

static enum crm_status
next_value(struct parser *p, const struct crm_opt *o)
{
	if (p->i + 1 >= p->argc)
		return crm_err_set(p->err, CRM_USAGE, "usage.value",
		    _("--%s wants a value: %s"), o->name, o->arg);
	return store_value(o, p->argv[++p->i], p->err);
}

/* --no-NAME of the row NAME, or --NAME of a row that is called no-NAME. */
static const struct crm_opt *
negated(const struct crm_opt *const *tables, struct crm_str name)
{
	char no[72];
	if (crm_str_starts(name, CRM_STR("no-")))
		return by_name(tables, crm_str_sub(name, 3, SIZE_MAX));
	snprintf(no, sizeof(no), "no-%.*s",
	    (int)(name.n < 64 ? name.n : 64), name.p);
	return by_name(tables, crm_str_z(no));
}

static enum crm_status
long_option(struct parser *p, const char *text)
{
	struct crm_str all = crm_str_z(text), name = all;
	name.n = crm_str_chr(all, '=');
	const char *value = name.n < all.n ? text + name.n + 1 : NULL;
	const struct crm_opt *o = by_name(p->tables, name);
	const struct crm_opt *no = o ? NULL : negated(p->tables, name);
	if (no && !value) {
		negate(p, no);
		return CRM_OK;
	}
	o = o ? o : no;
	if (!o)
		return unknown(p->tables, name, p->err);
	if (value && (no || !o->arg))
		return crm_err_set(p->err, CRM_USAGE, "usage.value",
		    _("--%.*s takes no value"), CRM_FMT(name));
	if (!value && takes_value(o))
		return next_value(p, o);
	return store_value(o, value ? value : "", p->err);
}

static enum crm_status
cluster(struct parser *p, const char *text)
{
	for (const char *c = text; *c; c++) {
		const struct crm_opt *o = by_letter(p->tables, *c);
		if (!o)
			return crm_err_set(p->err, CRM_USAGE, "usage.option",
			    _("unknown option '-%.*s'"),
			    (unsigned char)*c < 128 ? 1 : (int)strlen(c), c);
		if (takes_value(o))
			return c[1] ? store_value(o, c + 1, p->err) :
			    next_value(p, o);
		enum crm_status st = store_value(o, "", p->err);
		if (st)
			return st;
	}
	return CRM_OK;
}

static enum crm_status
parse(struct parser *p, bool stop, const char **args, size_t *nargs)
{
	bool operands = false;
	*nargs = 0;
	for (; p->i < p->argc; p->i++) {
		const char *a = p->argv[p->i];
		if (operands || a[0] != '-' || a[1] == '\0') {
			if (!*a && !stop)
				return crm_err_set(p->err, CRM_USAGE,
				    "usage.operand", _("an empty operand"));
			args[(*nargs)++] = a;
			operands |= stop;
			continue;
		}
		if (strcmp(a, "--") == 0) {
			operands = true;
			continue;
		}
		enum crm_status st = a[1] == '-' ? long_option(p, a + 2) :
		    cluster(p, a + 1);
		if (st)
			return st;
	}
	return CRM_OK;
}

enum crm_status
crm_opt_parse(const struct crm_opt *const *tables, int argc,
    char *const *argv, bool stop, const char **args, size_t *nargs,
    struct crm_err *err)
{
	struct parser p = { tables, keep_defaults(tables), argv, argc, 1, err };
	enum crm_status st = parse(&p, stop, args, nargs);
	free(p.before);
	return st;
}
