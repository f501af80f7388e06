#include "model/import.h"

#include <strings.h>

#include "format/encoding.h"

enum { SAMPLE = 65536 };

struct crm_import *
crm_import_new(const struct crm_import_opts *o,
    const struct crm_import_sink *sink)
{
	struct crm_import *im = crm_zalloc(sizeof(*im));
	im->o = *o;
	im->sink = *sink;
	return im;
}

static void
drop_file(struct crm_import *im)
{
	if (im->form && im->form->release)
		im->form->release(im);
	im->form = NULL;
	crm_decoder_free(im->decoder);
	im->decoder = NULL;
	crm_buf_clear(&im->text);
	crm_seen_release(&im->seen);
	im->started = im->sniffed = im->bytes_as_they_are = false;
}

void
crm_import_begin(struct crm_import *im, const char *file, bool serial)
{
	drop_file(im);
	im->o.cells.serial = serial;
	crm_buf_clear(&im->file_name);
	crm_buf_z(&im->file_name, file);
	im->file = crm_buf_view(&im->file_name);
}

bool
crm_import_stopped(const struct crm_import *im)
{
	return im->stopped;
}

void
crm_import_note(struct crm_import *im, const char *fmt, ...)
{
	struct crm_buf b = { 0 };
	va_list ap;
	crm_buf_printf(&b, "%.*s: ", CRM_FMT(im->file));
	va_start(ap, fmt);
	crm_buf_vprintf(&b, fmt, ap);
	va_end(ap);
	im->sink.note(im->sink.ctx, crm_buf_cstr(&b));
	crm_buf_release(&b);
}

void
crm_import_reject(struct crm_import *im, struct crm_err *why,
    struct crm_str text)
{
	const char *enc = crm_decoder_name(im->decoder);
	snprintf(why->source, sizeof(why->source), "%.*s",
	    CRM_FMT(im->file));
	crm_buf_clear(&im->bytes);
	struct crm_str bytes = text;
	if (*enc && strcmp(enc, "UTF-8") &&
	    !crm_recode("UTF-8", enc, text, &im->bytes, NULL))
		bytes = crm_buf_view(&im->bytes);
	if (!im->sink.reject(im->sink.ctx, why, bytes))
		im->stopped = true;
}

/* Which form of file this is, by its first bytes. */
static bool
begins(struct crm_str s, const char *z)
{
	size_t n = strlen(z);
	return s.n >= n && !strncasecmp(s.p, z, n);
}

/* A header field of a message in the first line, or an mbox's "From ". */
static bool
is_mail(struct crm_str s)
{
	static const char *const names[] = { "From:", "Date:", "Subject:",
		"To:", "Received:", "Return-Path:", "Message-ID:",
		"Delivered-To:", "MIME-Version:", "DKIM-Signature:",
		"X-Mailer:", "Reply-To:", "From " };
	for (size_t i = 0; i < CRM_LEN(names); i++)
		if (begins(s, names[i]))
			return true;
	return false;
}

static const struct crm_form *
find_form(struct crm_import *im, struct crm_err *err)
{
	struct crm_str s = crm_str_trim(crm_buf_view(&im->text));
	const char *form = im->o.form;
	if (im->bytes_as_they_are)
		return &crm_form_mail;
	if (form ? !strcmp(form, "vcard") : begins(s, "BEGIN:VCARD"))
		return &crm_form_vcard;
	if (form ? !strcmp(form, "ics") : begins(s, "BEGIN:V"))
		return &crm_form_ics;
	if (form ? !strcmp(form, "ubl") : s.n && *s.p == '<')
		return &crm_form_ubl;
	if (form ? !strcmp(form, "jsonl") : s.n && (*s.p == '{' ||
	    *s.p == '['))
		return &crm_form_json;
	if (form ? !strcmp(form, "form") : !im->o.profile && !im->o.plain &&
	    crm_import_is_post(s))
		return &crm_form_post;
	if (crm_str_starts(s, CRM_STR("PK\003\004"))) {
		crm_err_set(err, CRM_USAGE, "import.xlsx",
		    _("a spreadsheet workbook: convert it first, "
		    "'xlsx2csv FILE | crm-import'"));
		return NULL;
	}
	return &crm_form_csv;
}

static enum crm_status
hand_on(struct crm_import *im, bool last, struct crm_err *err)
{
	if (!im->form) {
		im->form = find_form(im, err);
		if (!im->form)
			return err ? err->code : CRM_USAGE;
	}
	enum crm_status st = im->form->push(im, crm_buf_view(&im->text), last,
	    err);
	crm_buf_clear(&im->text);
	if (st && err)
		snprintf(err->source, sizeof(err->source), "%.*s",
		    CRM_FMT(im->file));
	return st;
}

/* An XML document names its encoding itself (XML 1.0, 4.3.3). */
static void
xml_encoding(struct crm_str text, char out[32])
{
	struct crm_str head = crm_str_sub(text, 0, crm_str_chr(text, '>'));
	struct crm_str key = CRM_STR("encoding=");
	const char *at = crm_str_starts(head, CRM_STR("<?xml")) ?
	    memmem(head.p, head.n, key.p, key.n) : NULL;
	*out = '\0';
	if (!at || at + key.n == head.p + head.n)
		return;
	struct crm_str name = crm_str_sub(head, (size_t)(at - head.p) +
	    key.n + 1, SIZE_MAX);
	name = crm_str_sub(name, 0, crm_str_chr(name, at[key.n]));
	if (name.n < 32)
		snprintf(out, 32, "%.*s", CRM_FMT(name));
}

static enum crm_status
open_decoder(struct crm_import *im, struct crm_str text, struct crm_err *err)
{
	char named[32];
	xml_encoding(text, named);
	bool has = *named && strcasecmp(named, "UTF-8") != 0;
	if (im->o.encoding || !has)
		return crm_decoder_new(im->o.encoding, &im->decoder, err);
	enum crm_status st = crm_decoder_new(named, &im->decoder, err);
	if (st == CRM_USAGE)	/* the file's fault, not the user's */
		err->code = st = CRM_INVALID;
	return st;
}

static enum crm_status
decode(struct crm_import *im, const void *p, size_t n, bool last,
    struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	if (!im->sniffed && n) {
		const char *f = im->o.form;
		im->bytes_as_they_are = f ? !strcmp(f, "mail") ||
		    !strcmp(f, "mbox") : !im->o.profile && !im->o.plain &&
		    is_mail((struct crm_str){ p, n });
		im->sniffed = true;
	}
	if (!im->decoder)
		st = open_decoder(im, (struct crm_str){ p, n }, err);
	if (!st && n >= 4 && !im->started && !memcmp(p, "PK\003\004", 4)) {
		crm_buf_add(&im->text, p, 4);
		return CRM_OK;
	}
	if (im->bytes_as_they_are)
		crm_buf_add(&im->text, p, n);
	else if (!st)
		st = crm_decode(im->decoder, p, n, last, &im->text, err);
	if (st && err)
		snprintf(err->source, sizeof(err->source), "%.*s",
		    CRM_FMT(im->file));
	return st;
}

enum crm_status
crm_import_push(struct crm_import *im, const void *p, size_t n,
    struct crm_err *err)
{
	enum crm_status st = decode(im, p, n, false, err);
	if (st)
		return st;
	/* the beginning is looked at as a whole before anything goes out */
	if (!im->started && im->text.n < SAMPLE)
		return CRM_OK;
	im->started = true;
	return hand_on(im, false, err);
}

enum crm_status
crm_import_end(struct crm_import *im, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	if (!im->text.n || crm_buf_view(&im->text).p[0] != 'P' || im->started)
		st = decode(im, "", 0, true, err);
	else
		st = decode(im, "", 0, false, err);
	if (!st && (im->started || im->text.n))
		st = hand_on(im, true, err);
	drop_file(im);
	return st;
}

void
crm_import_free(struct crm_import *im)
{
	if (!im)
		return;
	drop_file(im);
	crm_buf_release(&im->text);
	crm_buf_release(&im->line);
	crm_buf_release(&im->bytes);
	crm_buf_release(&im->file_name);
	free(im);
}
