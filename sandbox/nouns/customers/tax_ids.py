"""Tax ids of customers and of the account. None is verified: their status is `pending` where Stripe asks a government
(European, British and Australian numbers), else `unavailable`."""

import re

from sandbox.context import Context
from sandbox.jsons import Json, listing, public
from sandbox.operations.lists import page
from sandbox.protocol.errors import invalid
from sandbox.protocol.params import PAGE, Kind, array, choice, mapping, required, text
from sandbox.shapes.tax_id import tax_id

TYPES = (
    "ad_nrt ae_trn al_tin am_tin ao_tin ar_cuit au_abn au_arn aw_tin az_tin ba_tin bb_tin bd_bin bf_ifu bg_uic"
    " bh_vat bj_ifu bo_tin br_cnpj br_cpf bs_tin by_tin ca_bn ca_gst_hst ca_pst_bc ca_pst_mb ca_pst_sk ca_qst"
    " cd_nif ch_uid ch_vat cl_tin cm_niu cn_tin co_nit cr_tin cv_nif de_stn do_rcn ec_ruc eg_tin es_cif et_tin"
    " eu_oss_vat eu_vat fo_vat gb_vat ge_vat gi_tin gn_nif hk_br hr_oib hu_tin ic_nif id_npwp il_vat in_gst is_vat"
    " it_cf jp_cn jp_rn jp_trn ke_pin kg_tin kh_tin kr_brn kz_bin la_tin li_uid li_vat lk_vat ma_vat md_vat me_pib"
    " mk_vat mr_nif mx_rfc my_frp my_itn my_sst ng_tin no_vat no_voec np_pan nz_gst om_vat pe_ruc ph_tin pl_nip"
    " py_ruc ro_tin rs_pib ru_inn ru_kpp sa_vat sg_gst sg_uen si_tin sn_ninea sr_fin sv_nit th_vat tj_tin tr_tin"
    " tw_vat tz_vat ua_vat ug_tin us_ein uy_ruc uz_tin uz_vat ve_rif vn_tin za_vat zm_tin zw_tin"
).split()
VERIFIED_BY_GOVERNMENTS = ("au_abn", "eu_vat", "gb_vat")
_FORMS = {
    "au_abn": r"\d{11}",
    "ch_vat": r"CHE[\d.-]{9,13} ?(MWST|TVA|IVA)",
    "eu_vat": r"(AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)[0-9A-Z+*]{2,12}",
    "gb_vat": r"(GB)?(\d{9}|\d{12}|GD\d{3}|HA\d{3})",
    "no_vat": r"\d{9}MVA",
    "us_ein": r"\d{2}-\d{7}",
}
"""Forms that are checked; other kinds take any value."""
MAX_PER_CUSTOMER = 5
CREATE: dict[str, Kind] = {"type": required(choice(*TYPES)), "value": required(text)}
TAX_ID_DATA = array(mapping(CREATE))
_OWNER = mapping({"customer": text, "type": required(choice("customer", "self"))})
CREATE_FOR_OWNER: dict[str, Kind] = {**CREATE, "owner": _OWNER}
LIST: dict[str, Kind] = {**PAGE, "owner": _OWNER}


def create_of_customer(ctx: Context) -> Json:
    return _create(ctx, ctx.load("customer", ctx.path["id"]))


def create(ctx: Context) -> Json:
    """Of the account itself unless `owner` names a customer."""
    return _create(ctx, _owner(ctx))


def _owner(ctx: Context) -> Json | None:
    owner = ctx.param("owner") or {"type": "self"}
    if (owner["type"] == "customer") != bool(owner.get("customer")):
        raise invalid("`owner[customer]` is for `owner[type]` customer, and needed with it.", "owner[customer]")
    return ctx.load("customer", owner["customer"], "owner[customer]") if owner.get("customer") else None


def _create(ctx: Context, customer: Json | None) -> Json:
    return make_tax_id(ctx, customer, ctx.params["type"], ctx.params["value"])


def make_tax_id(ctx: Context, customer: Json | None, kind: str, value: str, path: str = "") -> Json:
    """Checks and stores it; `path` is where it is given."""
    param = f"{path}[value]" if path else "value"
    if kind in _FORMS and not re.fullmatch(_FORMS[kind], value):
        raise invalid(f"Invalid value for {kind}.", param, "tax_id_invalid")
    if customer and len(ctx.store.find("tax_id", customer=customer["id"])) >= MAX_PER_CUSTOMER:
        raise invalid(f"A customer may have at most {MAX_PER_CUSTOMER} tax ids.", param)
    made = tax_id(ctx.new_id("txi_"), ctx.now, kind, value, customer["id"] if customer else None)
    if kind in VERIFIED_BY_GOVERNMENTS:
        made["verification"]["status"] = "pending"
    return public(ctx.create(made, "customer.tax_id.created" if customer else None))


def _of_customer(ctx: Context) -> Json:
    ctx.load("customer", ctx.path["id"])
    found = ctx.load("tax_id", ctx.path["tax_id"], noun="tax id")
    if found["customer"] != ctx.path["id"]:
        raise invalid(f"No such tax id: '{found['id']}'", "id", "resource_missing", 404)
    return found


def retrieve_of_customer(ctx: Context) -> Json:
    return public(_of_customer(ctx))


def delete_of_customer(ctx: Context) -> Json:
    return _delete(ctx, _of_customer(ctx))


def delete(ctx: Context) -> Json:
    return _delete(ctx, ctx.load("tax_id", ctx.path["id"], noun="tax id"))


def _delete(ctx: Context, gone: Json) -> Json:
    ctx.store.drop(gone["id"])
    if gone["customer"]:
        ctx.emit("customer.tax_id.deleted", gone)
    return {"id": gone["id"], "object": "tax_id", "deleted": True}


def list_of_customer(ctx: Context) -> Json:
    customer = ctx.load("customer", ctx.path["id"])["id"]
    return page(ctx, "tax_id", f"/v1/customers/{customer}/tax_ids", customer=customer)


def list_all(ctx: Context) -> Json:
    owner = _owner(ctx)
    if owner is None:
        return page(ctx, "tax_id", "/v1/tax_ids", "customer IS NULL")
    return page(ctx, "tax_id", "/v1/tax_ids", customer=owner["id"])


def tax_ids_of(ctx: Context, customer: Json) -> Json:
    """A customer's; sent only when expanded."""
    found = ctx.store.find("tax_id", customer=customer["id"])[::-1]
    return listing(f"/v1/customers/{customer['id']}/tax_ids", [public(entry) for entry in found])
