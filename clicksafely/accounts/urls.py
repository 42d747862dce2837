"""Addresses of second factors on the staff site."""

from django.urls import path

from clicksafely.accounts import openid_views, views

urlpatterns = [
    path("login/passkey/", views.passkey_challenge, name="passkey-challenge"),
    path("login/openid/", openid_views.begin, name="openid"),
    path("login/openid/callback/", openid_views.callback, name="openid-callback"),
    path("login/openid/finish/", openid_views.finish, name="openid-finish"),
    path("login/openid/second-factor/", openid_views.second_factor, name="openid-second-factor"),
    path("second-factors/identity/connect/", openid_views.connect, name="openid-connect"),
    path("second-factors/identity/remove/", openid_views.Disconnect.as_view(), name="openid-disconnect"),
    path("second-factors/", views.SecondFactors.as_view(), name="second-factors"),
    path("second-factors/passkeys/options/", views.PasskeyRegistration.as_view(), name="passkey-options"),
    path("second-factors/passkeys/add/", views.AddPasskey.as_view(), name="passkey-add"),
    path("second-factors/passkeys/<int:passkey_id>/rename/", views.RenamePasskey.as_view(), name="passkey-rename"),
    path("second-factors/passkeys/<int:passkey_id>/remove/", views.RemovePasskey.as_view(), name="passkey-remove"),
    path("second-factors/app/", views.ReplaceAuthenticatorApp.as_view(), name="authenticator-app"),
    path("second-factors/codes/", views.NewRecoveryCodes.as_view(), name="recovery-codes"),
    path("account-recoveries/", views.Recoveries.as_view(), name="account-recoveries"),
    path("account-recoveries/request/", views.RequestRecovery.as_view(), name="account-recovery-request"),
    path(
        "account-recoveries/<int:recovery_id>/approve/",
        views.ApproveRecovery.as_view(),
        name="account-recovery-approve",
    ),
    path(
        "account-recoveries/<int:recovery_id>/reject/", views.RejectRecovery.as_view(), name="account-recovery-reject"
    ),
]
