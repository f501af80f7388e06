#include "format/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <strings.h>

#include "base/mem.h"
#include "base/utf8.h"

static const iconv_t NONE = (iconv_t)-1;

struct crm_decoder {
	char name[48];
	bool forced, decided, bom;
	iconv_t cd;		/* NONE: UTF-8, checked only */
	struct crm_buf pending;	/* bytes not decoded yet */
	uint64_t offset;	/* of pending in the file */
};

static bool
is_utf8(const char *name)
{
	return !strcasecmp(name, "UTF-8") || !strcasecmp(name, "UTF8") ||
	    !strcasecmp(name, "utf-8-sig") || !strcasecmp(name, "us-ascii");
}

static enum crm_status
unknown(const char *name, struct crm_err *err)
{
	return crm_err_set(err, CRM_USAGE, "encoding.unknown",
	    _("unknown encoding '%s' (try UTF-8, UTF-16LE, windows-1252, "
	    "windows-1253, ISO-8859-7; iconv -l lists all)"), name);
}

enum crm_status
crm_decoder_new(const char *name, struct crm_decoder **out,
    struct crm_err *err)
{
	struct crm_decoder *d = crm_zalloc(sizeof(*d));
	d->cd = NONE;
	*out = d;
	if (!name)
		return CRM_OK;
	d->forced = true;
	snprintf(d->name, sizeof(d->name), "%s",
	    is_utf8(name) ? "UTF-8" : name);
	if (is_utf8(name))
		return CRM_OK;
	d->cd = iconv_open("UTF-8", d->name);
	if (d->cd != NONE)
		return CRM_OK;
	crm_decoder_free(d);
	*out = NULL;
	return unknown(name, err);
}

void
crm_decoder_free(struct crm_decoder *d)
{
	if (!d)
		return;
	if (d->cd != NONE)
		iconv_close(d->cd);
	crm_buf_release(&d->pending);
	free(d);
}

const char *
crm_decoder_name(const struct crm_decoder *d)
{
	return d->name;
}

bool
crm_decoder_bom(const struct crm_decoder *d)
{
	return d->bom;
}

static const struct {
	const char *name;
	struct crm_str mark;
} marks[] = {
	{ "UTF-8", { "\xef\xbb\xbf", 3 } },
	{ "UTF-32LE", { "\xff\xfe\0\0", 4 } },	/* before UTF-16LE */
	{ "UTF-32BE", { "\0\0\xfe\xff", 4 } },
	{ "UTF-16LE", { "\xff\xfe", 2 } },
	{ "UTF-16BE", { "\xfe\xff", 2 } },
};

/* The NUL pattern of the first four bytes, which are ASCII in any header. */
static const char *
by_pattern(struct crm_str s)
{
	bool z[4];
	if (s.n < 4)
		return "UTF-8";
	for (int i = 0; i < 4; i++)
		z[i] = s.p[i] == '\0';
	if (!z[0] && z[1] && z[2] && z[3])
		return "UTF-32LE";
	if (z[0] && z[1] && z[2] && !z[3])
		return "UTF-32BE";
	if (!z[0] && z[1] && !z[2] && z[3])
		return "UTF-16LE";
	if (z[0] && !z[1] && z[2] && !z[3])
		return "UTF-16BE";
	return "UTF-8";
}

static void
drop(struct crm_decoder *d, size_t n)
{
	if (n == 0)	/* nothing was ever there, perhaps */
		return;
	memmove(d->pending.p, d->pending.p + n, d->pending.n - n);
	d->pending.n -= n;
	d->offset += n;
}

/* A mark is taken off also where the encoding was named and agrees with it. */
static enum crm_status
decide(struct crm_decoder *d, struct crm_err *err)
{
	struct crm_str s = crm_buf_view(&d->pending);
	d->decided = true;
	if (!d->forced)
		snprintf(d->name, sizeof(d->name), "%s", by_pattern(s));
	for (size_t i = 0; i < CRM_LEN(marks); i++) {
		if (!crm_str_starts(s, marks[i].mark))
			continue;
		if (d->forced && strncasecmp(d->name, marks[i].name,
		    strlen(d->name)))
			continue;
		snprintf(d->name, sizeof(d->name), "%s", marks[i].name);
		d->bom = true;
		drop(d, marks[i].mark.n);
		break;
	}
	if (d->cd != NONE)
		iconv_close(d->cd);
	d->cd = NONE;
	if (is_utf8(d->name))
		return CRM_OK;
	d->cd = iconv_open("UTF-8", d->name);
	return d->cd == NONE ? unknown(d->name, err) : CRM_OK;
}

static enum crm_status
invalid(struct crm_decoder *d, size_t at, struct crm_err *err)
{
	uint64_t pos = d->offset + at;
	if (d->forced)
		return crm_err_set(err, CRM_INVALID, "encoding.invalid",
		    _("byte %" PRIu64 " is not %s: name another encoding with "
		    "--encoding"), pos, d->name);
	return crm_err_set(err, CRM_INVALID, "encoding.invalid",
	    _("byte %" PRIu64 " is not %s: name the file's encoding with "
	    "--encoding (windows-1252, windows-1253, ISO-8859-7, …)"), pos,
	    d->name);
}

/* Length of a character cut off at the end of s, 0..3. */
static size_t
cut_tail(struct crm_str s)
{
	for (size_t back = 1; back <= 3 && back <= s.n; back++) {
		unsigned char c = (unsigned char)s.p[s.n - back];
		if ((c & 0xc0) == 0x80)
			continue;
		size_t need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
		return need > back ? back : 0;
	}
	return 0;
}

static enum crm_status
pass_utf8(struct crm_decoder *d, bool last, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_str s = crm_buf_view(&d->pending);
	size_t bad;
	if (!last)
		s.n -= cut_tail(s);
	if (!crm_utf8_valid(s, &bad)) {
		/* the good lines before it still go out, to be counted */
		crm_buf_add(out, s.p, bad);
		return invalid(d, bad, err);
	}
	crm_buf_str(out, s);
	drop(d, s.n);
	return CRM_OK;
}

static enum crm_status
convert(struct crm_decoder *d, bool last, struct crm_buf *out,
    struct crm_err *err)
{
	char *in = d->pending.p;
	size_t left = d->pending.n;
	while (left) {
		size_t room = left * 2 + 16, had = room;
		char *to = crm_buf_room(out, room);
		if (!to)
			return crm_err_set(err, CRM_FULL, "encoding.limit",
			    _("the text is too long"));
		size_t r = iconv(d->cd, &in, &left, &to, &room);
		out->n += had - room;
		if (r != (size_t)-1 || errno == E2BIG)
			continue;
		if (errno == EINVAL && !last)
			break;
		return invalid(d, (size_t)(in - d->pending.p), err);
	}
	drop(d, d->pending.n - left);
	if (last) {	/* windows-1255 holds a letter back for its points */
		size_t room = 16;
		char *to = crm_buf_room(out, room);
		if (to) {
			iconv(d->cd, NULL, NULL, &to, &room);
			out->n += 16 - room;
		}
	}
	return CRM_OK;
}

enum crm_status
crm_decode(struct crm_decoder *d, const void *p, size_t n, bool last,
    struct crm_buf *out, struct crm_err *err)
{
	crm_buf_add(&d->pending, p, n);
	if (!d->decided) {
		if (d->pending.n < 4 && !last)
			return CRM_OK;
		enum crm_status st = decide(d, err);
		if (st)
			return st;
	}
	return d->cd == NONE ? pass_utf8(d, last, out, err) :
	    convert(d, last, out, err);
}

struct crm_encoder {
	iconv_t cd;
	char name[48];
};

enum crm_status
crm_encoder_new(const char *name, struct crm_encoder **out,
    struct crm_err *err)
{
	struct crm_encoder *e = crm_zalloc(sizeof(*e));
	snprintf(e->name, sizeof(e->name), "%s", name);
	e->cd = is_utf8(name) ? NONE : iconv_open(name, "UTF-8");
	if (e->cd == NONE && !is_utf8(name)) {
		free(e);
		return unknown(name, err);
	}
	*out = e;
	return CRM_OK;
}

void
crm_encoder_free(struct crm_encoder *e)
{
	if (!e)
		return;
	if (e->cd != NONE)
		iconv_close(e->cd);
	free(e);
}

enum crm_status
crm_encode(struct crm_encoder *e, struct crm_str utf8, struct crm_buf *out,
    struct crm_err *err)
{
	if (e->cd == NONE) {
		crm_buf_str(out, utf8);
		return CRM_OK;
	}
	char *in = (char *)(uintptr_t)utf8.p;
	size_t left = utf8.n;
	while (left) {
		size_t room = left * 4 + 16, had = room;
		char *to = crm_buf_room(out, room);
		if (!to)
			return crm_err_set(err, CRM_FULL, "encoding.limit",
			    _("the text is too long"));
		size_t r = iconv(e->cd, &in, &left, &to, &room);
		out->n += had - room;
		if (r != (size_t)-1 || errno == E2BIG)
			continue;
		iconv(e->cd, NULL, NULL, NULL, NULL);
		size_t len;
		uint32_t c = crm_utf8_decode((struct crm_str){ in, left },
		    &len);
		return crm_err_set(err, CRM_INVALID, "encoding.character",
		    _("U+%04" PRIX32 " does not exist in %s"), c, e->name);
	}
	return CRM_OK;
}

enum crm_status
crm_recode(const char *from, const char *to, struct crm_str text,
    struct crm_buf *out, struct crm_err *err)
{
	struct crm_decoder *d = NULL;
	struct crm_encoder *e = NULL;
	struct crm_buf mid = { 0 };
	enum crm_status st = crm_decoder_new(from, &d, err);
	if (!st)
		st = crm_encoder_new(to, &e, err);
	if (!st)
		st = crm_decode(d, text.p, text.n, true, &mid, err);
	if (!st)
		st = crm_encode(e, crm_buf_view(&mid), out, err);
	crm_encoder_free(e);
	crm_decoder_free(d);
	crm_buf_release(&mid);
	return st;
}
