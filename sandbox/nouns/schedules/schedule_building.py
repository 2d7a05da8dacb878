"""From parameters to the phases of a schedule, checked: contiguous, of one currency, with prices that recur."""

from sandbox.context import Context
from sandbox.jsons import Json
from sandbox.lives.invoices.redeeming import Place
from sandbox.lives.payments.attaching import owned
from sandbox.money.periods import later
from sandbox.nouns.catalog.prices import make_price
from sandbox.nouns.schedules.schedule_pricing import planned
from sandbox.protocol.errors import invalid, missing_parameter
from sandbox.protocol.params import MAX_AMOUNT, merge_metadata
from sandbox.shapes.subscription_schedule import added_item, invoice_settings, phase, phase_item

MAX_PHASES = 10
MAX_ITEMS = 20
_PERIOD: Json = {"start": {"type": "max_item_period_start"}, "end": {"type": "min_item_period_end"}}


def phases_of(ctx: Context, customer: Json, entries: list[Json], start: int) -> list[Json]:
    """The phases from `start` on, one after the other; raises for gaps, overlaps and more than ten of them."""
    if not entries:
        raise missing_parameter("phases")
    made: list[Json] = []
    for index, entry in enumerate(entries):
        following = entries[index + 1].get("start_date") if index + 1 < len(entries) else None
        made.append(_phase(ctx, customer, entry, (start, _moment(ctx, following)), f"phases[{index}]"))
        start = made[-1]["end_date"]
    if sum(entry["end_date"] > ctx.now for entry in made) > MAX_PHASES:
        raise invalid(
            f"You can have up to {MAX_PHASES} current and future phases in a subscription schedule.", "phases"
        )
    if len({entry["currency"] for entry in made}) > 1:
        raise invalid("All phases of a subscription schedule must have the same currency.", "phases")
    return made


def _moment(ctx: Context, given: int | str | None) -> int | None:
    return ctx.now if given == "now" else given if isinstance(given, int) else None


def _phase(ctx: Context, customer: Json, entry: Json, bounds: tuple[int, int | None], path: str) -> Json:
    """`bounds`: where it must start, and where the next one says that it starts."""
    start, following = bounds
    stated = _moment(ctx, entry.get("start_date"))
    if stated is not None and stated != start:
        raise invalid(
            "The start date of a phase must be the end date of the phase before it: phases can neither overlap nor"
            " leave a gap.",
            f"{path}[start_date]",
        )
    prices = [_price(ctx, item, f"{path}[items][{index}]", "recurring") for index, item in enumerate(entry["items"])]
    _check_prices(prices, entry.get("currency") or customer["currency"], path)
    made = phase(start, _end(ctx, entry, start, following, prices[0], path), prices[0]["currency"])
    made["items"] = [_item(item, price, f"{path}[items]") for item, price in zip(entry["items"], prices, strict=True)]
    _plan_prices(ctx, customer, made, entry, path)
    made["add_invoice_items"] = _added(ctx, entry, made, path)
    _set_fields(ctx, customer, made, entry, path)
    _set_trial(ctx, made, entry, path)
    return made


def _end(ctx: Context, entry: Json, start: int, following: int | None, price: Json, path: str) -> int:
    """`end_date`, or `duration` from the start, or where the next phase starts; else one interval of the price."""
    stated = _moment(ctx, entry.get("end_date"))
    if stated is not None and entry.get("duration"):
        raise invalid("You may only specify one of these parameters: end_date, duration.", f"{path}[duration]")
    span = entry.get("duration") or price["recurring"]
    end = stated or following
    if end is None or entry.get("duration"):
        end = later(start, span["interval"], span.get("interval_count", 1))
    if end <= start:
        raise invalid("The end date of a phase must be after its start date.", f"{path}[end_date]")
    return end


def _price(ctx: Context, entry: Json, path: str, kind: str) -> Json:
    if entry.get("price_data"):
        price = make_price(ctx, entry["price_data"])
    else:
        given = entry.get("price") or entry.get("plan")
        if not given:
            raise missing_parameter(f"{path}[price]")
        price = ctx.load("price", given, f"{path}[price]")
    if price["type"] != kind:
        raise invalid(
            f"The price specified is set to `type={price['type']}` but this field only accepts prices with"
            f" `type={kind}`.",
            f"{path}[price]",
        )
    if not price["active"]:
        raise invalid(f"The price specified is inactive: {price['id']}", f"{path}[price]")
    return price


def _check_prices(prices: list[Json], currency: str | None, path: str) -> None:
    if not 1 <= len(prices) <= MAX_ITEMS:
        raise invalid(f"A phase must have 1 to {MAX_ITEMS} items.", f"{path}[items]")
    if len({price["currency"] for price in prices} | ({currency} if currency else set())) > 1:
        raise invalid("You cannot combine currencies on a single customer or subscription.", f"{path}[items]")
    if len({price["id"] for price in prices}) < len(prices):
        raise invalid("Cannot add multiple subscription items with the same price.", f"{path}[items]")


def _item(entry: Json, price: Json, path: str) -> Json:
    metered = price["recurring"]["usage_type"] == "metered"
    if metered and entry.get("quantity") is not None:
        raise invalid("You cannot set a quantity on a metered price.", f"{path}[quantity]")
    quantity = None if metered else entry.get("quantity", 1)
    return phase_item(price["id"], quantity, merge_metadata({}, entry.get("metadata", {})))


def _plan_prices(ctx: Context, customer: Json, made: Json, entry: Json, path: str) -> None:
    """Discounts and tax rates of the phase and of each item."""
    place = Place(customer, made["currency"], MAX_AMOUNT)
    planned(ctx, made, entry, place, "default_tax_rates", path)
    for index, (item, wanted) in enumerate(zip(made["items"], entry["items"], strict=True)):
        planned(ctx, item, wanted, place, "tax_rates", f"{path}[items][{index}]")


def _added(ctx: Context, entry: Json, made: Json, path: str) -> list[Json]:
    added = []
    for index, item in enumerate(entry.get("add_invoice_items") or []):
        where = f"{path}[add_invoice_items][{index}]"
        price = _price(ctx, item, where, "one_time")
        if price["currency"] != made["currency"]:
            raise invalid("You cannot combine currencies on a single customer or subscription.", f"{where}[price]")
        _check_period(item.get("period") or {}, f"{where}[period]")
        metadata = merge_metadata({}, item.get("metadata", {}))
        shown = added_item(price["id"], item.get("quantity", 1), item.get("period") or _PERIOD, metadata)
        shown["discountable"] = item.get("discountable", True)
        added.append(shown)
    return added


def _check_period(period: Json, path: str) -> None:
    """A bound of type `timestamp` says which, and the end does not lie before the start."""
    for name, bound in period.items():
        if (bound["type"] == "timestamp") != ("timestamp" in bound):
            raise missing_parameter(f"{path}[{name}][timestamp]")
    moments = [period[name].get("timestamp") for name in ("start", "end") if name in period]
    if len(moments) == 2 and None not in moments and moments[1] < moments[0]:
        raise invalid("The end of a period cannot lie before its start.", f"{path}[end][timestamp]")


def _set_fields(ctx: Context, customer: Json, made: Json, entry: Json, path: str) -> None:
    for name in ("billing_cycle_anchor", "collection_method", "description", "proration_behavior"):
        if name in entry:
            made[name] = entry[name]
    made["metadata"] = merge_metadata({}, entry.get("metadata", {}))
    if entry.get("invoice_settings"):
        made["invoice_settings"] = {**invoice_settings(), **entry["invoice_settings"]}
    if entry.get("default_payment_method"):
        where = f"{path}[default_payment_method]"
        made["default_payment_method"] = owned(ctx, entry["default_payment_method"], customer["id"], where)["id"]


def _set_trial(ctx: Context, made: Json, entry: Json, path: str) -> None:
    stated = _moment(ctx, entry.get("trial_end"))
    if entry.get("trial") and stated is not None:
        raise invalid("You may only specify one of these parameters: trial, trial_end.", f"{path}[trial_end]")
    made["trial_end"] = made["end_date"] if entry.get("trial") else stated
    if made["trial_end"] is None:
        return
    if not made["start_date"] <= made["trial_end"] <= made["end_date"]:
        raise invalid("`trial_end` must lie between the phase's start and end dates.", f"{path}[trial_end]")
    if made["billing_cycle_anchor"] == "phase_start":
        raise invalid(
            "`billing_cycle_anchor` cannot be set to `phase_start` if the phase specifies a trial.",
            f"{path}[billing_cycle_anchor]",
        )
