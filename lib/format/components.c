/* Splits a stream into its components, BEGIN:X ... END:X. */
#include "format/contentline.h"

#include <strings.h>

enum { MAX_DEPTH = 16 };

void
crm_components_push(struct crm_components *c, const void *p, size_t n)
{
	if (c->done > 65536 && c->done >= c->in.n / 2) {
		memmove(c->in.p, c->in.p + c->done, c->in.n - c->done);
		c->in.n -= c->done;
		c->scan -= c->done;
		c->start -= c->done;
		c->looked -= c->looked < c->done ? c->looked : c->done;
		c->done = 0;
	}
	crm_buf_add(&c->in, p, n);
}

void
crm_components_end(struct crm_components *c)
{
	c->ended = true;
}

void
crm_components_release(struct crm_components *c)
{
	crm_buf_release(&c->in);
	*c = (struct crm_components){ .inside = c->inside };
}

struct crm_str
crm_components_rest(const struct crm_components *c)
{
	return (struct crm_str){ c->in.p + c->done, c->in.n - c->done };
}

/* The word behind "BEGIN:" or "END:", without case; "" for other lines. */
static struct crm_str
word(struct crm_str line, const char *mark)
{
	size_t n = strlen(mark);
	if (line.n < n || strncasecmp(line.p, mark, n))
		return (struct crm_str){ NULL, 0 };
	return crm_str_trim(crm_str_sub(line, n, line.n));
}

static bool
is(struct crm_str a, const char *z)
{
	return a.n == strlen(z) && !strncasecmp(a.p, z, a.n);
}

static enum crm_status
give_up(struct crm_components *c, struct crm_err *err)
{
	if (err)
		err->line = c->start_line;
	c->depth = 0;
	c->done = c->scan;
	return crm_err_set(err, CRM_INVALID, "contentline.open",
	    _("a component begins here and is not closed (or is longer than "
	    "%d bytes)"), CRM_CLINE_MAX);
}

static void
give_out(struct crm_components *c, struct crm_component *out)
{
	const char *p = c->in.p;
	out->before = (struct crm_str){ p + c->done, c->start - c->done };
	out->text = (struct crm_str){ p + c->start, c->scan - c->start };
	size_t colon = crm_str_chr(out->text, ':');
	struct crm_str kind = crm_str_sub(out->text, colon + 1, out->text.n);
	out->kind = crm_str_trim(crm_str_sub(kind, 0, crm_str_chr(kind, '\n')));
	out->line = c->start_line;
	c->done = c->scan;
}

/* One line; true when it closes a component. */
static bool
take_line(struct crm_components *c, struct crm_str line, size_t at)
{
	struct crm_str begin = word(line, "BEGIN:");
	struct crm_str end = word(line, "END:");
	bool wrapper = c->inside && c->depth == 0 &&
	    (is(begin, c->inside) || is(end, c->inside));
	if (wrapper)
		return false;
	if (begin.n) {
		if (c->depth == 0) {
			c->start = at;
			c->start_line = c->line;
		}
		if (c->depth < MAX_DEPTH)
			c->depth++;
		return false;
	}
	return end.n && c->depth && --c->depth == 0;
}

enum crm_status
crm_components_next(struct crm_components *c, struct crm_component *out,
    struct crm_err *err)
{
	for (;;) {
		struct crm_str s = { c->in.p + c->scan, c->in.n - c->scan };
		size_t from = c->looked > c->scan ? c->looked - c->scan : 0;
		size_t n = from + crm_str_chr(crm_str_sub(s, from, SIZE_MAX),
		    '\n');
		c->looked = n < s.n ? 0 : c->in.n;
		if (n == s.n && (!c->ended || s.n == 0)) {
			bool stuck = c->depth && (c->ended ||
			    c->in.n - c->start > CRM_CLINE_MAX);
			if (!stuck)
				return CRM_NOTFOUND;
			c->scan = c->in.n;
			return give_up(c, err);
		}
		size_t at = c->scan;
		c->scan += n + (n < s.n);
		c->line++;
		if (take_line(c, crm_str_sub(s, 0, n), at)) {
			give_out(c, out);
			return CRM_OK;
		}
		if (c->depth && c->scan - c->start > CRM_CLINE_MAX)
			return give_up(c, err);
	}
}
