"""A real Vendure shop on loopback, installed by npm into a cache outside the repository, for one test run."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.real import npm

CONF = Path(__file__).parent / "conf" / "vendure"
_COLUMNS = (
    "name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,"
    "variantAssets,variantFacets"
)
_PRODUCTS = """
Mug,mug,A mug,,,Colour,blue,MUG-B,14.00,standard,1000,false,,
,,,,,,white,MUG-W,14.00,standard,1000,false,,
Tea,tea,Tea,,,,,TEA-1,10.00,standard,1000,false,,
"""


def installed() -> tuple[Path | None, str]:
    """(the folder in which npm installed the shop, why there is none)."""
    return npm.installed("vendure", (CONF / "package.json").read_text("utf-8"))


@dataclass
class Vendure:
    """The shop and what a buyer and its owner do there."""

    run: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    admin: str = ""
    buyers: itertools.count[int] = field(default_factory=itertools.count)

    @classmethod
    def start(cls, folder: Path, port: int) -> Vendure:
        """Fill an empty shop and wait until it answers."""
        run = Path(tempfile.mkdtemp(prefix="csdesk-shop-"))
        shop = cls(run, port)
        try:
            for one in CONF.glob("*.js"):
                shutil.copy(one, run)
            (run / "node_modules").symlink_to(folder / "node_modules")
            (run / "products.csv").write_text(_COLUMNS + _PRODUCTS, "utf-8")
            with (run / "log").open("wb") as log:
                subprocess.run(
                    ("node", "populate.js"), cwd=run, env=shop._environment(), stdin=subprocess.DEVNULL, stdout=log,
                    stderr=log, timeout=180, check=True,
                )  # fmt: skip
                shop.process = subprocess.Popen(
                    ("node", "index.js"), cwd=run, env=shop._environment(), stdin=subprocess.DEVNULL, stdout=log,
                    stderr=log, start_new_session=True,
                )  # fmt: skip
            end = time.monotonic() + 60
            while not shop._answers():
                assert time.monotonic() < end and shop.process.poll() is None, shop.logs()
                time.sleep(0.2)
            who = 'mutation{login(username:"superadmin",password:"superadmin"){__typename}}'
            shop.admin = shop.ask("admin-api", who)[1]
        except BaseException:
            shop.stop()
            raise
        return shop

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ, "SHOP_PORT": str(self.port), "SHOP_RUN": str(self.run),
            "VENDURE_DISABLE_TELEMETRY": "true",
        }  # fmt: skip

    def logs(self) -> str:
        """What it wrote, for a failing test."""
        return (self.run / "log").read_text("utf-8", "replace")[-4000:]

    def _answers(self) -> bool:
        try:
            return bool(self.ask("shop-api", "{activeChannel{id}}")[0])
        except (OSError, urllib.error.URLError):
            return False

    def stop(self) -> None:
        """End it and remove what it wrote."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        shutil.rmtree(self.run, ignore_errors=True)

    def ask(self, api: str, query: str, token: str = "", **variables: Any) -> tuple[Any, str]:
        """(data, the session's token). Fails on GraphQL errors."""
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        sent = json.dumps({"query": query, "variables": variables}).encode()
        with urllib.request.urlopen(
            urllib.request.Request(f"{self.url}/{api}", sent, headers), timeout=30
        ) as answer:
            said = json.load(answer)
            assert "errors" not in said, said["errors"]
            return said["data"], answer.headers.get("vendure-auth-token") or token

    def own(self, query: str, **variables: Any) -> Any:
        """What the shop's owner asks."""
        return self.ask("admin-api", query, self.admin, **variables)[0]

    def order(self, email: str, quantity: int = 2) -> dict[str, Any]:
        """A buyer orders mugs and pays: the order's id, code and the id of its line."""
        found, buyer = self.ask("shop-api", "{products{items{name variants{id sku}}}}")
        variant = next(
            v["id"] for p in found["products"]["items"] for v in p["variants"] if v["sku"] == "MUG-B"
        )
        shop = lambda query, **given: self.ask("shop-api", query, buyer, **given)[0]  # noqa: E731
        add = "mutation($v:ID!,$q:Int!){addItemToOrder(productVariantId:$v,quantity:$q){... on ErrorResult{message}}}"
        _found, buyer = self.ask("shop-api", add, buyer, v=variant, q=quantity)
        shop(
            "mutation($e:String!){setCustomerForOrder(input:{firstName:\"Ana\",lastName:\"López\",emailAddress:$e})"
            "{... on ErrorResult{message}}}",
            e=email,
        )  # fmt: skip
        shop(
            'mutation{setOrderShippingAddress(input:{fullName:"Ana López",streetLine1:"Calle 1",city:"Madrid",'
            'postalCode:"28001",countryCode:"ES"}){__typename}}'
        )
        ways = shop("{eligibleShippingMethods{id}}")["eligibleShippingMethods"]
        shop(
            "mutation($i:[ID!]!){setOrderShippingMethod(shippingMethodId:$i){__typename}}", i=[ways[0]["id"]]
        )
        shop('mutation{transitionOrderToState(state:"ArrangingPayment"){__typename}}')
        paid = shop(
            'mutation{addPaymentToOrder(input:{method:"dummy",metadata:{}})'
            "{... on Order{id code state} ... on ErrorResult{message}}}"
        )["addPaymentToOrder"]
        assert paid.get("state") == "PaymentSettled", paid
        line = self.own("query($i:ID!){order(id:$i){lines{id}}}", i=paid["id"])["order"]["lines"][0]["id"]
        return {"id": paid["id"], "code": paid["code"], "line": line}

    def send(self, order: dict[str, Any], quantity: int, number: str) -> str:
        """Some pieces go out under a parcel number; the order's state then."""
        lines = [{"orderLineId": order["line"], "quantity": quantity}]
        told = [{"name": "method", "value": "China Post"}, {"name": "trackingCode", "value": number}]
        made = self.own(
            "mutation($i:FulfillOrderInput!){addFulfillmentToOrder(input:$i)"
            "{... on Fulfillment{id} ... on ErrorResult{message}}}",
            i={"lines": lines, "handler": {"code": "manual-fulfillment", "arguments": told}},
        )["addFulfillmentToOrder"]
        self.own(
            'mutation($i:ID!){transitionFulfillmentToState(id:$i,state:"Shipped"){__typename}}', i=made["id"]
        )
        return str(self.own("query($i:ID!){order(id:$i){state}}", i=order["id"])["order"]["state"])

    def coupon(self, code: str) -> None:
        """A promotion that makes an order and its shipping free."""
        actions = [
            {"code": "order_percentage_discount", "arguments": [{"name": "discount", "value": "100"}]},
            {"code": "free_shipping", "arguments": []},
        ]
        told = {
            "enabled": True, "couponCode": code, "translations": [{"languageCode": "en", "name": code}],
            "conditions": [], "actions": actions,
        }  # fmt: skip
        made = self.own("mutation($i:CreatePromotionInput!){createPromotion(input:$i){__typename}}", i=told)
        assert made["createPromotion"]["__typename"] == "Promotion", made

    def notes(self, order: dict[str, Any]) -> list[tuple[str, bool]]:
        """(text, whether the buyer sees it) of every note of an order, oldest first."""
        found = self.own(
            "query($i:ID!){order(id:$i){history(options:{sort:{createdAt:ASC}}){items{type isPublic data}}}}",
            i=order["id"],
        )
        items = found["order"]["history"]["items"]
        return [(one["data"]["note"], one["isPublic"]) for one in items if one["type"] == "ORDER_NOTE"]
