#include "model/norm.h"
#include "base/utf8.h"
#include "model/norm_address.h"
#include "model/norm_email.h"
#include "model/norm_iso.h"
#include "model/norm_name.h"
#include "model/norm_org.h"
#include "model/norm_phone.h"
#include "model/norm_tax.h"
#include "model/norm_url.h"

enum crm_norm
crm_norm_of(const struct crm_field *f)
{
	switch ((enum crm_kind)f->kind) {
	case CRM_K_EMAIL:
		return CRM_N_EMAIL;
	case CRM_K_PHONE:
		return CRM_N_PHONE;
	case CRM_K_URL:
		return CRM_N_URL;
	case CRM_K_DOMAIN:
		return CRM_N_DOMAIN;
	case CRM_K_COUNTRY:
		return CRM_N_COUNTRY;
	case CRM_K_LANGUAGE:
		return CRM_N_LANGUAGE;
	case CRM_K_CURRENCY:
		return CRM_N_CURRENCY;
	case CRM_K_TAX:
		return CRM_N_TAX;
	case CRM_K_TEXT:
		return CRM_N_TEXT;
	case CRM_K_NAME:
		return f->match == CRM_M_NAME ? CRM_N_PERSON :
		    f->match == CRM_M_ORGANISATION ? CRM_N_ORG : CRM_N_NAME;
	case CRM_K_CODE:
		return f->match == CRM_M_POSTCODE ? CRM_N_POSTCODE :
		    CRM_N_CODE;
	default:
		return CRM_N_NONE;
	}
}

/* The digits of what is no number, with a leading plus. */
static void
plain_digits(struct crm_str v, struct crm_buf *b)
{
	size_t from = b->n;
	for (size_t l; v.n; v = crm_str_sub(v, l, v.n)) {
		uint32_t c = crm_utf8_decode(v, &l);
		int d = crm_digit_value(c);
		if (d >= 0)
			crm_buf_c(b, (char)('0' + d));
		else if ((c == '+' || c == 0xff0b) && b->n == from)
			crm_buf_c(b, '+');
	}
}

static void
phone_key(struct crm_str v, const struct crm_norm_ctx *ctx, struct crm_buf *b)
{
	if (!crm_phone_key(b, v, ctx->country))
		plain_digits(v, b);
}

static bool
code_key(enum crm_norm n, struct crm_str v, const struct crm_norm_ctx *ctx,
    struct crm_buf *b)
{
	char code[36];
	bool good = n == CRM_N_COUNTRY ? crm_country_key(v, code) :
	    n == CRM_N_LANGUAGE ? crm_language_key(v, code) :
	    crm_currency_key(v, ctx->country, code);
	if (good)
		crm_buf_z(b, code);
	return good;
}

static bool
own_key(enum crm_norm n, struct crm_str v, const struct crm_norm_ctx *ctx,
    struct crm_buf *b)
{
	struct crm_tax t;
	switch (n) {
	case CRM_N_EMAIL:
		return crm_email_key(b, v);
	case CRM_N_URL:
		return crm_social_key(b, v, (struct crm_str){ 0 }) ||
		    crm_url_key(b, v);
	case CRM_N_DOMAIN:
		return crm_domain_key(b, v);
	case CRM_N_COUNTRY:
	case CRM_N_LANGUAGE:
	case CRM_N_CURRENCY:
		return code_key(n, v, ctx, b);
	case CRM_N_PHONE:
		phone_key(v, ctx, b);
		return true;
	case CRM_N_TAX:
		crm_tax_parse(v, ctx->country, &t);
		if (t.number[0])
			crm_tax_key(b, &t);
		return t.number[0] != 0;
	case CRM_N_POSTCODE:
		crm_postcode_key(b, v, ctx->country);
		return true;
	case CRM_N_PERSON:
		crm_person_key(b, v, ctx->country);
		return true;
	case CRM_N_ORG:
		(void)crm_org_key(b, v);
		return true;
	case CRM_N_TEXT:
	case CRM_N_NAME:
		crm_fold_text(b, v);
		return true;
	case CRM_N_CODE:
	case CRM_N_NONE:
		break;
	}
	return false;
}

bool
crm_norm_key(enum crm_norm n, struct crm_str value,
    const struct crm_norm_ctx *ctx, struct crm_buf *b)
{
	size_t from = b->n;
	if (!own_key(n, value, ctx, b))
		crm_fold(b, crm_str_trim(value));
	return b->n > from;
}

static bool
phone_fix(struct crm_str v, const struct crm_norm_ctx *ctx, struct crm_buf *b)
{
	struct crm_phone p;
	crm_phone_parse(v, ctx->country, &p);
	if (p.status == CRM_PHONE_VALID)
		crm_phone_standard(b, &p);
	return p.status == CRM_PHONE_VALID;
}

static bool
tax_fix(struct crm_str v, const struct crm_norm_ctx *ctx, struct crm_buf *b)
{
	struct crm_tax t;
	crm_tax_parse(v, ctx->country, &t);
	if (t.status == CRM_TAX_OK)
		crm_tax_standard(b, &t);
	return t.status == CRM_TAX_OK;
}

bool
crm_norm_fix(enum crm_norm n, struct crm_str value,
    const struct crm_norm_ctx *ctx, struct crm_buf *b)
{
	size_t from = b->n;
	switch (n) {
	case CRM_N_EMAIL:
		return crm_email_fix(b, value);
	case CRM_N_PHONE:
		return phone_fix(value, ctx, b);
	case CRM_N_URL:
		return crm_url_fix(b, value);
	case CRM_N_DOMAIN:
		return crm_domain_key(b, value);
	case CRM_N_COUNTRY:
	case CRM_N_LANGUAGE:
	case CRM_N_CURRENCY:
		return code_key(n, value, ctx, b);
	case CRM_N_TAX:
		return tax_fix(value, ctx, b);
	case CRM_N_POSTCODE:
		return crm_postcode_fix(b, value, ctx->country);
	case CRM_N_NAME:
	case CRM_N_PERSON:
	case CRM_N_ORG:
		crm_name_fix(b, value);
		break;
	case CRM_N_CODE:
		crm_buf_str(b, crm_str_trim(value));
		break;
	case CRM_N_TEXT:
	case CRM_N_NONE:
		crm_buf_str(b, value);
		break;
	}
	return b->n > from;
}

static const char *
phone_check(struct crm_str v, const struct crm_norm_ctx *ctx)
{
	struct crm_phone p;
	crm_phone_parse(v, ctx->country, &p);
	return p.status == CRM_PHONE_VALID ? NULL :
	    crm_phone_reason(p.status);
}

static const char *
tax_check(struct crm_str v, const struct crm_norm_ctx *ctx)
{
	struct crm_tax t;
	crm_tax_parse(v, ctx->country, &t);
	return t.status == CRM_TAX_OK || t.status == CRM_TAX_UNKNOWN ? NULL :
	    crm_tax_reason(t.status);
}

static const char *
code_check(enum crm_norm n, struct crm_str v, const struct crm_norm_ctx *ctx)
{
	struct crm_buf b = { 0 };
	bool good = code_key(n, v, ctx, &b);
	crm_buf_release(&b);
	return good ? NULL : n == CRM_N_COUNTRY ? _("no such country") :
	    n == CRM_N_LANGUAGE ? _("no such language") :
	    _("no such currency");
}

const char *
crm_norm_check(enum crm_norm n, struct crm_str value,
    const struct crm_norm_ctx *ctx)
{
	switch (n) {
	case CRM_N_EMAIL:
		return crm_email_check(value);
	case CRM_N_PHONE:
		return phone_check(value, ctx);
	case CRM_N_URL:
		return crm_url_check(value);
	case CRM_N_DOMAIN:
		return crm_domain_check(value);
	case CRM_N_COUNTRY:
	case CRM_N_LANGUAGE:
	case CRM_N_CURRENCY:
		return code_check(n, value, ctx);
	case CRM_N_TAX:
		return tax_check(value, ctx);
	case CRM_N_POSTCODE:
		return crm_postcode_check(value, ctx->country);
	case CRM_N_NONE:
	case CRM_N_TEXT:
	case CRM_N_NAME:
	case CRM_N_PERSON:
	case CRM_N_ORG:
	case CRM_N_CODE:
		break;
	}
	return NULL;
}
