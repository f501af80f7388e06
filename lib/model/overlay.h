/* Rule files that build on others: "include" takes the files of a team or of
 * the shipped set, "overlays" holds what differs by country. One loader for the
 * rules of checking, scoring, consent and reports. */
#ifndef CRM_OVERLAY_H
#define CRM_OVERLAY_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

/* Reads a JSON file and appends it, canonical, with its includes merged in.
 * "include" is a file name or a list of them, taken relative to the including
 * file, else to `dir` (may be NULL); included files come first, later ones and
 * the file itself win. SYSTEM for a file that cannot be read, INVALID for one
 * that is no JSON object ("overlay.syntax"), or that includes itself
 * ("overlay.include"); err->source names the file. */
enum crm_status crm_overlay_load(const char *path, const char *dir,
    struct crm_buf *out, struct crm_err *err) CRM_MUST;
/* The same for readers that name lines in their messages: a file without an
 * "include" is appended as it stands, unchecked. `differs`: the text is an
 * object with "overlays", for crm_overlay_apply. out is empty before. */
enum crm_status crm_overlay_text(const char *path, const char *dir,
    struct crm_buf *out, bool *differs, struct crm_err *err) CRM_MUST;
/* Appends the path that a user's word means: a file, or by a bare name
 * ("gdpr") the shipped one in dir. */
void crm_overlay_path(const char *word, const char *dir, struct crm_buf *out);
/* Appends the object `base` with its "overlays" member taken out and, where
 * that has a member called `name` (a country code), that merged in. */
void crm_overlay_apply(struct crm_str base, struct crm_str name,
    struct crm_buf *out);
#endif
