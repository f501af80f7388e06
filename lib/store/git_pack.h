/* Packs of git objects (gitformat-pack(5), pack and index version 2), written
 * and read by our own code: libgit2's builder searches for deltas, which takes
 * three times as long for records and gains nothing that a compression does
 * not. Ours hold whole objects only. */
#ifndef CRM_GIT_PACK_H
#define CRM_GIT_PACK_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

enum crm_git_kind { CRM_GIT_DELTA, CRM_GIT_COMMIT, CRM_GIT_TREE, CRM_GIT_BLOB };

struct crm_git_oid {
	uint8_t b[20];
};
void crm_git_hex(const struct crm_git_oid *id, char out[41]);
bool crm_git_unhex(struct crm_str hex, struct crm_git_oid *out);

struct crm_git_obj {
	enum crm_git_kind kind;
	struct crm_str data;
	struct crm_git_oid oid;	/* out */
};

/* Fills in the object's name. */
void crm_git_name(struct crm_git_obj *o);

struct crm_git_pack;
/* A pack to be written into the directory objects/pack, under a temporary name
 * that the next holder of the mirror's lock removes. */
enum crm_status crm_git_pack_new(const char *dir, struct crm_git_pack **out,
    struct crm_err *err) CRM_MUST;
/* Names the objects and appends those the pack does not hold yet, in order.
 * Large groups are compressed by several threads. */
enum crm_status crm_git_pack_add(struct crm_git_pack *p,
    struct crm_git_obj *obj, size_t n, struct crm_err *err) CRM_MUST;
/* Appends an entry of another pack as it stands there. */
enum crm_status crm_git_pack_copy(struct crm_git_pack *p,
    const struct crm_git_oid *oid, struct crm_str raw, struct crm_err *err)
    CRM_MUST;
uint64_t crm_git_pack_bytes(const struct crm_git_pack *p);
size_t crm_git_pack_count(const struct crm_git_pack *p);
/* Makes it durable and visible, and frees it; an empty one leaves no file.
 * name (may be NULL) receives "pack-HEX". */
enum crm_status crm_git_pack_finish(struct crm_git_pack *p, char name[48],
    struct crm_err *err) CRM_MUST;
void crm_git_pack_abort(struct crm_git_pack *p);

/* An entry of a pack on disk, in the order of offsets. */
struct crm_git_entry {
	struct crm_git_oid oid;
	enum crm_git_kind kind;	/* DELTA: ask the repository */
	uint64_t size;		/* of the object */
	struct crm_str raw;	/* all of the entry */
	struct crm_str z;	/* its compressed data */
};
/* Tells every entry of DIR/NAME.pack; CORRUPT git.pack. */
enum crm_status crm_git_pack_each(const char *dir, const char *name,
    enum crm_status (*fn)(void *ctx, const struct crm_git_entry *e,
    struct crm_err *err), void *ctx, struct crm_err *err) CRM_MUST;
/* The object of an entry that is no delta; out is replaced. */
enum crm_status crm_git_inflate(const struct crm_git_entry *e,
    struct crm_buf *out, struct crm_err *err) CRM_MUST;

/* The packs of a directory, for finding single objects. */
struct crm_git_packset;
enum crm_status crm_git_packset_open(const char *dir,
    struct crm_git_packset **out, struct crm_err *err) CRM_MUST;
void crm_git_packset_close(struct crm_git_packset *s);
/* An object that lies whole in one of them, its name checked; false where there
 * is none such. out is replaced. */
bool crm_git_packset_read(struct crm_git_packset *s,
    const struct crm_git_oid *oid, enum crm_git_kind *kind,
    struct crm_buf *out);

#endif
